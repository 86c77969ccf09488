import { EventBus } from 'class-events';

const named = (name: string): new () => object => Object.defineProperty(class {}, 'name', { value: name });

export const bus = new EventBus();
for (const name of [
  'Red\u001b[31m',
  'Title\u001b]0;mine\u0007',
  'Gnorw\u202e',
  'Csi\u009b2J',
  'Line\u2028Two',
  'New\nLine',
]) {
  bus.subscribe(named(name), () => {}, { name: `handle${name}` });
}
