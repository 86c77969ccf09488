/** What handlers have received: proof that they were called, and a result that no compiler can leave out. */
export const received = { calls: 0, sum: 0 };

function note(event) {
  received.calls++;
  received.sum += event.amount;
}

// Several functions in the source, not one: a loop that only ever meets one is inlined, and flatters everybody.
const syncShapes = [
  () => (event) => note(event),
  () =>
    function handle(event) {
      note(event);
    },
  (log = received) =>
    (event) => {
      log.calls++;
      log.sum += event.amount;
    },
  (amountOf = ({ amount }) => amount) =>
    (event) => {
      received.calls++;
      received.sum += amountOf(event);
    },
];

const asyncShapes = [
  () => async (event) => note(event),
  () =>
    async function handle(event) {
      note(event);
    },
  (log = received) =>
    async (event) => {
      log.calls++;
      log.sum += event.amount;
    },
];

/** What pending handlers wait for. */
export const gate = {
  opened: Promise.resolve(),
  open() {},
  close() {
    gate.opened = new Promise((open) => (gate.open = open));
  },
};

const make = (shapes) => (count) => Array.from({ length: count }, (_, index) => shapes[index % shapes.length]());

/** Each call makes functions of its own. */
export const syncHandlers = make(syncShapes);
export const asyncHandlers = make(asyncShapes);
export const pendingHandlers = make([
  () => async (event) => {
    await gate.opened;
    note(event);
  },
]);
export const throwingHandlers = make([
  () => (event) => {
    note(event);
    throw failure;
  },
]);

// One error for all: making one costs more than any dispatcher.
const failure = new Error('out of stock');
