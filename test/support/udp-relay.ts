import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';

const BINDING_REQUEST = 0x0001;

type Protocol = 'udp' | 'tcp';

/** One client's way to the server: a UDP socket of its own, or a TCP connection with frames (RFC 4571). */
interface Upstream {
  onDatagram: (datagram: Buffer) => void;
  send(datagram: Buffer): void;
  close(): void;
}

function overUdp(port: number): Upstream {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  const upstream: Upstream = {
    onDatagram: () => {},
    send: (datagram) => socket.send(datagram, port, '127.0.0.1'),
    close: () => socket.close(),
  };
  socket.on('message', (datagram) => upstream.onDatagram(datagram));
  return upstream;
}

function overTcp(port: number): Upstream {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  // As a client of ICE does: a check goes first.
  let checked = false;
  const upstream: Upstream = {
    onDatagram: () => {},
    send: (datagram) => {
      checked ||= datagram.length > 1 && datagram.readUInt16BE(0) === BINDING_REQUEST;
      if (!checked) return;
      const header = Buffer.alloc(2);
      header.writeUInt16BE(datagram.length);
      socket.write(Buffer.concat([header, datagram]));
    },
    close: () => socket.destroy(),
  };
  let rest = Buffer.alloc(0);
  socket.on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      upstream.onDatagram(rest.subarray(2, end));
      rest = rest.subarray(end);
    }
  });
  socket.on('error', () => {});
  return upstream;
}

/** Of what clients have sent last, so much is kept. */
const MOST_OVERHEARD = 400;

interface Client {
  readonly address: string;
  readonly port: number;
  upstream: Upstream;
}

interface Overheard {
  readonly datagram: Buffer;
  readonly upstream: Upstream;
}

/**
 * What stands between clients on UDP and a server: a port of its own that passes datagrams on, each client's on a way of
 * its own, as address translation does, or over TCP. Its clients can be made to come from elsewhere, as after a change of
 * network.
 */
export class UdpRelay {
  /** Datagrams from the server that went where clients had been before. */
  stray = 0;
  /** Binding requests of the server. */
  questions = 0;
  readonly #downstream: UdpSocket;
  readonly #target: number;
  #protocol: Protocol;
  readonly #overheard: Overheard[] = [];
  /** The same of connectivity checks: peers send one in some seconds, which what is between two would push out. */
  readonly #checks: Overheard[] = [];
  readonly #clients = new Map<string, Client>();
  readonly #upstreams: Upstream[] = [];

  private constructor(downstream: UdpSocket, target: number, protocol: Protocol) {
    this.#downstream = downstream;
    this.#target = target;
    this.#protocol = protocol;
    downstream.on('message', (message, { address, port }) => {
      const key = `${address}:${port}`;
      const client = this.#clients.get(key) ?? this.#admit({ address, port });
      this.#clients.set(key, client);
      client.upstream.send(message);
      const kept = (message[0] ?? 0) < 4 ? this.#checks : this.#overheard;
      kept.push({ datagram: message, upstream: client.upstream });
      if (kept.length > MOST_OVERHEARD) kept.shift();
    });
  }

  /** @param target the server's port on the loopback, for either protocol */
  static async open(target: number, protocol: Protocol = 'udp'): Promise<UdpRelay> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new UdpRelay(socket, target, protocol);
  }

  get port(): number {
    return this.#downstream.address().port;
  }

  /** Clients there have been. */
  get size(): number {
    return this.#clients.size;
  }

  /** Sends the newest of what clients have sent once more, the way it went. @returns what that is */
  repeat(): Buffer[] {
    const overheard = [...this.#checks, ...this.#overheard];
    for (const { datagram, upstream } of overheard) upstream.send(datagram);
    return overheard.map(({ datagram }) => datagram);
  }

  /** From now on every client comes another way; what is still sent the old one is lost. */
  moveClients(protocol: Protocol): void {
    this.#protocol = protocol;
    for (const client of this.#clients.values()) {
      client.upstream.onDatagram = () => {
        this.stray += 1;
      };
      client.upstream = this.#upstreamFor(client);
    }
  }

  close(): void {
    this.#downstream.close();
    for (const upstream of this.#upstreams) upstream.close();
  }

  #admit(from: { readonly address: string; readonly port: number }): Client {
    return { ...from, upstream: this.#upstreamFor(from) };
  }

  #upstreamFor({ address, port }: { readonly address: string; readonly port: number }): Upstream {
    const upstream = this.#protocol === 'udp' ? overUdp(this.#target) : overTcp(this.#target);
    upstream.onDatagram = (datagram) => {
      if (datagram.length > 1 && datagram.readUInt16BE(0) === BINDING_REQUEST) this.questions += 1;
      this.#downstream.send(datagram, port, address);
    };
    this.#upstreams.push(upstream);
    return upstream;
  }
}
