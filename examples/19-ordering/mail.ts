import { On } from 'class-events';
import { OrderCancelled, OrderPlaced } from './orders.js';

/** What cannot be undone waits for the commit. */
export class Mail {
  @On(OrderPlaced, { phase: 'afterCommit' })
  async confirm({ orderId, customer }: OrderPlaced): Promise<void> {
    console.log(`  mail to ${customer}: ${orderId} is on its way`);
  }

  @On(OrderCancelled, { phase: 'afterCommit' })
  async regret({ orderId, reason }: OrderCancelled): Promise<void> {
    console.log(`  mail about ${orderId}: cancelled, ${reason}`);
  }

  @On(OrderPlaced, { phase: 'afterRollback' })
  alert({ orderId }: OrderPlaced): void {
    console.log(`  ${orderId} came to nothing`);
  }
}
