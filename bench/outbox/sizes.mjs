/** How much is measured. `small` is for trying whether everything works; its figures say little. */
export const sizes = {
  full: {
    publishMs: 3_000,
    backlog: 100_000,
    oneKeyBacklog: 20_000,
    poisoned: 50_000,
    drainMs: 8_000,
    concurrent: 4_000,
    latencySeconds: 8,
    memoryBacklog: 1_000_000,
    memoryMs: 15_000,
  },
  small: {
    publishMs: 500,
    backlog: 10_000,
    oneKeyBacklog: 2_000,
    poisoned: 5_000,
    drainMs: 4_000,
    concurrent: 1_000,
    latencySeconds: 3,
    memoryBacklog: 50_000,
    memoryMs: 3_000,
  },
};
