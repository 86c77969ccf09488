export const bus = new Promise(() => undefined);
