setTimeout(() => {
  throw new Error('lost the connection');
}, 0);
export const bus = new Promise(() => setInterval(() => undefined, 1_000));
