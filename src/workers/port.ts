/** What the two ends of a delivery use of the platform's `MessagePort`. */
export interface Port {
  postMessage(message: unknown, transfer: readonly object[]): void;
  addEventListener(type: 'message' | 'messageerror', listener: (message: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  close(): void;
}

/** Two ports: what is posted at one arrives at the other. */
export function openChannel(): readonly [near: Port, far: Port] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2] as unknown as [Port, Port];
}
