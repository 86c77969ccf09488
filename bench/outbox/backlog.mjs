import { OrderPlaced } from './order-placed.mjs';

/** So many events of so many keys, the keys by turns. */
export function ordersOf(count, keys, prefix = 'order') {
  return Array.from({ length: count }, (_, at) => new OrderPlaced(`${prefix}:${at % keys}`, Math.floor(at / keys) + 1));
}

/**
 * Batches in which each key is there once. The peers order by the time at which a transaction began, so two events of one
 * transaction are in no order: each is given its own, so that this is not what is measured.
 */
export function eachKeyOnce(keys) {
  const size = Math.min(keys, 1000);
  return function* (orders) {
    for (let start = 0; start < orders.length; start += size) yield orders.slice(start, start + size);
  };
}
