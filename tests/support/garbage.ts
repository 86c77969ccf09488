/** What a task of its own sees: a reference that was read keeps its target until the task ends. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Collects garbage until the condition holds, or gives up. */
export async function collectUntil(condition: () => boolean): Promise<boolean> {
  for (let round = 0; round < 20; round++) {
    await nextTask();
    gc();
    await nextTask();
    if (condition()) return true;
  }
  return false;
}

export function gc(): void {
  globalThis.gc?.();
}

/** Bytes in use when there is no garbage. */
export async function heapInUse(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await nextTask();
    gc();
  }
  return process.memoryUsage().heapUsed;
}
