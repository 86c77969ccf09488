import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Random } from './random.js';

/** What the network does to connections: passes on, keeps everything for itself, is slow, or loses the answers to commits. */
export type Weather = 'fair' | 'hole' | 'slow' | 'swallow';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Its commit was passed on: the answer is lost, and then the connection is. */
  isLosing: boolean;
}

// Each way, in ms.
const slowness = 250;

/** A network between the application and its database that can be as bad as one likes. */
export class Proxy {
  readonly #links = new Set<Link>();
  readonly #listener: Server;
  readonly #random: Random;
  #weather: Weather = 'fair';
  /** How many answers to commits were lost. */
  swallowed = 0;

  private constructor(target: number, random: Random) {
    this.#random = random;
    this.#listener = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
  }

  static async before(target: number, random: Random): Promise<Proxy> {
    const proxy = new Proxy(target, random);
    proxy.#listener.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.#listener.once('listening', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    for (const link of this.#links) {
      const sockets = [link.client, link.server];
      if (weather === 'hole') for (const socket of sockets) socket.pause();
      else if (sockets.some(({ destroyed }) => destroyed)) this.#end(link);
      else for (const socket of sockets) socket.resume();
    }
  }

  /** Ends every connection, on both sides. */
  cut(): void {
    for (const link of this.#links) this.#end(link);
  }

  close(): void {
    this.#listener.close();
    this.cut();
  }

  #join(client: Socket, server: Socket): void {
    const link: Link = { client, server, isLosing: false };
    this.#links.add(link);
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.on('data', (chunk) => this.#pass(link, chunk, server));
    server.on('data', (chunk) => this.#pass(link, chunk, client));
    for (const socket of [client, server]) socket.on('error', () => this.#end(link)).on('close', () => this.#end(link));
    // Who arrives in a hole is let in, and hears nothing.
    if (this.#weather === 'hole') for (const socket of [client, server]) socket.pause();
  }

  #pass(link: Link, chunk: Buffer, to: Socket): void {
    if (this.#weather === 'slow') {
      setTimeout(() => to.write(chunk), slowness);
      return;
    }
    if (to === link.client && link.isLosing) return;
    if (to === link.server && this.#weather === 'swallow' && chunk.includes('commit\0') && this.#random.chance(0.1)) {
      link.isLosing = true;
      this.swallowed++;
      setTimeout(() => this.#end(link), 100);
    }
    to.write(chunk);
  }

  #end(link: Link): void {
    // What is in a hole does not get out of it, its end included.
    if (this.#weather === 'hole') return;
    this.#links.delete(link);
    link.client.destroy();
    link.server.destroy();
  }
}
