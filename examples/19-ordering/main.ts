import { EventBus, PublishError } from 'class-events';
import { db, rows, unitsOfWork } from './database.js';
import { Mail } from './mail.js';
import { OrderRepository } from './order-repository.js';
import { Order } from './orders.js';
import { Sales } from './sales.js';

const bus = new EventBus();
bus.register(new Sales());
bus.register(new Mail());
const orders = new OrderRepository(bus);
const unitOfWork = unitsOfWork(bus);

console.log('ada orders for 700');
const first = await unitOfWork(async (transaction) => {
  const order = Order.place('o-1', 'ada', 700);
  await orders.save(order, transaction);
  console.log('  saved, not committed');
  return order;
});

console.log('ada orders for 500, which is beyond her credit: the projection refuses');
try {
  await unitOfWork((transaction) => orders.save(Order.place('o-2', 'ada', 500), transaction));
} catch (error) {
  if (!(error instanceof PublishError)) throw error;
  console.log(`  rolled back by ${error.report.failures.map(({ subscription }) => subscription.name).join(', ')}`);
}

console.log('two orders of grace in one transaction');
await unitOfWork(async (transaction) => {
  await orders.save(Order.place('o-3', 'grace', 100), transaction);
  await orders.save(Order.place('o-4', 'grace', 200), transaction);
});

console.log('ada cancels');
await unitOfWork(async (transaction) => {
  first.cancel('out of stock');
  await orders.save(first, transaction);
});

console.log(`orders: ${await rows('select id, status from orders order by id')}`);
console.log(`sales: ${await rows('select customer, orders, total from sales order by customer')}`);
await bus.close();
await db.close();
