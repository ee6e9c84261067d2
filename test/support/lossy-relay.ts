import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** How a relay treats the RTP that passes it; STUN, DTLS and RTCP always get through. */
export interface RelayOptions {
  readonly host: string;
  readonly targetPort: number;
  /** Part of the RTP packets that is dropped, by direction, 0 to 1. */
  readonly lossToServer?: number;
  readonly lossFromServer?: number;
}

/** A path of its own between clients and the server's media port, one socket a client, that loses packets. */
export class LossyRelay {
  dropped = 0;
  private readonly upstream = new Map<string, Socket>();
  private seed = 1;

  private constructor(
    private readonly options: RelayOptions,
    private readonly front: Socket,
  ) {
    front.on('message', (datagram, { address, port }) => {
      if (!this.loses(datagram, options.lossToServer ?? 0))
        this.upstreamOf(address, port).send(datagram, options.targetPort, options.host);
    });
  }

  static async start(options: RelayOptions): Promise<LossyRelay> {
    const front = createSocket('udp4');
    front.bind(0, options.host);
    await once(front, 'listening');
    return new LossyRelay(options, front);
  }

  get port(): number {
    return this.front.address().port;
  }

  close(): void {
    this.front.close();
    for (const socket of this.upstream.values()) socket.close();
  }

  private upstreamOf(address: string, port: number): Socket {
    const key = `${address}:${port}`;
    let socket = this.upstream.get(key);
    if (!socket) {
      socket = createSocket('udp4');
      socket.on('message', (datagram) => {
        if (!this.loses(datagram, this.options.lossFromServer ?? 0)) this.front.send(datagram, port, address);
      });
      this.upstream.set(key, socket);
    }
    return socket;
  }

  /** RTP by its first two bytes (RFC 7983, RFC 5761). */
  private loses(datagram: Buffer, loss: number): boolean {
    const [first = 0, second = 0] = datagram;
    if (first < 128 || first > 191 || (second >= 192 && second <= 223)) return false;
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    if (this.seed / 2 ** 32 >= loss) return false;
    this.dropped += 1;
    return true;
  }
}
