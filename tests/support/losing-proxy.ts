import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What gets lost of a commit: its request, so that nothing is committed, or its answer, so that something is. */
export type Loss = 'request' | 'answer';

/** A network between an application and its database that loses one commit, and the connection with it. */
export class LosingProxy {
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();
  #loss: Loss | undefined;

  private constructor(target: number) {
    this.#listener = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
  }

  /** Opens one in front of the server of a URL. */
  static async before(url: string): Promise<LosingProxy> {
    const proxy = new LosingProxy(Number(new URL(url).port));
    proxy.#listener.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.#listener.once('listening', resolve));
    return proxy;
  }

  /** Returns the URL with the way through this proxy. */
  urlFor(url: string): string {
    const through = new URL(url);
    through.host = `127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
    return through.href;
  }

  /** Lets the next commit get lost. */
  loseNext(loss: Loss): void {
    this.#loss = loss;
  }

  close(): void {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(client: Socket, server: Socket): void {
    let isLosing = false;
    const end = (): void => {
      for (const socket of [client, server]) this.#sockets.delete(socket.destroy());
    };
    for (const socket of [client, server]) this.#sockets.add(socket.on('error', end).on('close', end));
    client.on('data', (chunk) => {
      const loss = /\bcommit\b/i.test(chunk.toString('latin1')) ? this.#loss : undefined;
      if (loss) this.#loss = undefined;
      if (loss === 'request') return end();
      isLosing ||= loss === 'answer';
      server.write(chunk);
    });
    server.on('data', (chunk) => (isLosing ? end() : client.write(chunk)));
  }
}
