import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

interface Client {
  readonly address: string;
  readonly port: number;
  /** Towards the server, from a port of its own. */
  upstream: Socket;
}

/**
 * What stands between clients and a server: a port of its own that passes datagrams on, each client's from another port,
 * as address translation does. Its clients can be made to come from elsewhere, as after a change of network.
 */
export class UdpRelay {
  readonly #clients = new Map<string, Client>();
  readonly #sockets: Socket[] = [];
  /** Datagrams from the server that went to ports which clients have left. */
  stray = 0;

  readonly #downstream: Socket;
  readonly #target: number;

  private constructor(downstream: Socket, target: number) {
    this.#downstream = downstream;
    this.#target = target;
    this.#downstream.on('message', (message, { address, port }) => {
      const client = this.#clients.get(`${address}:${port}`) ?? this.#admit(address, port);
      client.upstream.send(message, this.#target, '127.0.0.1');
    });
  }

  /** @param target the server's port on the loopback */
  static async open(target: number): Promise<UdpRelay> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpRelay(socket, target);
  }

  get port(): number {
    return this.#downstream.address().port;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** From now on every client comes from another port; what is sent to the old one is lost. */
  moveClients(): void {
    for (const client of this.#clients.values()) {
      client.upstream.removeAllListeners('message');
      client.upstream.on('message', () => {
        this.stray += 1;
      });
      client.upstream = this.#upstreamFor(client);
    }
  }

  close(): void {
    this.#downstream.close();
    for (const socket of this.#sockets) socket.close();
  }

  #admit(address: string, port: number): Client {
    const client = { address, port } as Client;
    client.upstream = this.#upstreamFor(client);
    this.#clients.set(`${address}:${port}`, client);
    return client;
  }

  #upstreamFor({ address, port }: Client): Socket {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    socket.on('message', (message) => this.#downstream.send(message, port, address));
    this.#sockets.push(socket);
    return socket;
  }
}
