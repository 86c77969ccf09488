/** What is published in every case: about 300 bytes of JSON. */
export class OrderPlaced {
  /** @param number Counts the events of the key, in the order of their commits. @param sentAt When it was to be published, in ms. */
  constructor(key, number, sentAt = 0) {
    this.key = key;
    this.number = number;
    this.sentAt = sentAt;
    this.customer = { id: 'c-81f2a4', name: 'Ada Example', country: 'NL' };
    this.lines = [
      { sku: 'SKU-000017', title: 'A lamp for a desk', quantity: 2, cents: 4995 },
      { sku: 'SKU-004711', title: 'A bulb, warm white', quantity: 4, cents: 350 },
    ];
    this.total = { cents: 11390, currency: 'EUR' };
  }
}

/** Milliseconds on a clock that all processes of a machine share, finer than Date.now(). */
export function wallClock() {
  return performance.timeOrigin + performance.now();
}
