import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Queue towards clients that the relay holds at most, ms at its rate. */
const longestQueue = 250;

/** A UDP relay between clients and the server's media port, with a limited rate towards each client. */
export class LimitedRelay {
  /** bit/s towards a client; `Infinity` for no limit. */
  rate = Number.POSITIVE_INFINITY;
  dropped = 0;
  readonly #clients = new Map<string, { readonly upstream: Socket; freeAt: number }>();

  private constructor(
    readonly socket: Socket,
    readonly serverPort: number,
  ) {}

  static async open(port: number, serverPort: number): Promise<LimitedRelay> {
    const socket = createSocket('udp4');
    const relay = new LimitedRelay(socket, serverPort);
    socket.on('message', (datagram, from) =>
      relay.#client(from).upstream.send(datagram, serverPort, '127.0.0.1'),
    );
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return relay;
  }

  close(): void {
    this.socket.close();
    for (const { upstream } of this.#clients.values()) upstream.close();
  }

  #client(from: RemoteInfo) {
    const key = `${from.address}:${from.port}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const client = { upstream: createSocket('udp4'), freeAt: 0 };
    client.upstream.on('message', (datagram) => {
      const now = performance.now();
      const start = Math.max(now, client.freeAt);
      if (start - now > longestQueue) {
        this.dropped += 1;
        return;
      }
      client.freeAt = start + (datagram.length * 8000) / this.rate;
      const deliver = () => {
        if (this.#clients.has(key)) this.socket.send(datagram, from.port, from.address);
      };
      const wait = client.freeAt - now;
      if (wait < 1) deliver();
      else setTimeout(deliver, wait).unref();
    });
    client.upstream.bind(0, '127.0.0.1');
    this.#clients.set(key, client);
    return client;
  }
}
