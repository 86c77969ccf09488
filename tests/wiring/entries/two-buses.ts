import { EventBus } from 'class-events';

export const sales = new EventBus();
export const depot = new EventBus();
