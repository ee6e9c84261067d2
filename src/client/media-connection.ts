import { randomBytes, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { randomText } from '../kit/index.js';
import type { PacketSink } from '../media/index.js';
import { Arena, Dtls, DtlsContext } from '../native/index.js';
import { isRtcp } from '../rtp/index.js';
import { matchesFingerprint, openSrtp, type SrtpSession } from '../transport/index.js';
import { IceAgent } from './ice-agent.js';
import type { Candidate } from './link.js';
import type { Answer, LocalIdentity } from './offer.js';

/** Takes what comes; offsets are into the connection's memory. `now` is of `performance.now()`, ms. */
export interface MediaHandler {
  onRtp(offset: number, length: number, now: number): void;
  onRtcp(offset: number, length: number, now: number): void;
  /** It is over though nobody closed it. Called once. */
  onLost(reason: string): void;
}

/** For packet caches as well; committed as it is touched, bytes. */
const arenaSize = 128 << 20;
const datagram = 2048;

/**
 * A peer's side of one connection to a server that is ICE-lite: ICE (RFC 8445), DTLS-SRTP (RFC 5764), RTP and RTCP
 * (RFC 5761). Only for clients of few connections: it goes through Node's sockets, packet by packet.
 */
export class MediaConnection implements PacketSink {
  readonly memory: Arena;
  private readonly incoming: number;
  private readonly outgoing: number;
  private readonly context: DtlsContext;
  private ice: IceAgent | null = null;
  private dtls: Dtls | null = null;
  private srtp: SrtpSession | null = null;
  private role: 'client' | 'server' = 'client';
  private fingerprints: Answer['transport']['fingerprints'] = [];
  private retransmission: NodeJS.Timeout | undefined;
  private handler: MediaHandler | null = null;
  private settle: (error: Error | null) => void = () => {};
  private closed = false;

  private constructor(
    cert: string,
    key: string,
    /** What an offer says of this side. */
    readonly local: LocalIdentity,
  ) {
    this.memory = new Arena(arenaSize);
    this.incoming = this.memory.require(datagram);
    this.outgoing = this.memory.require(datagram);
    this.context = new DtlsContext(this.memory, { certificate: cert, privateKey: key });
  }

  /** @throws (rejects) NativeFault where the system lacks what it takes */
  static async create(): Promise<MediaConnection> {
    const { cert, private: key, fingerprint } = await makeCertificate();
    const ufrag = randomBytes(6).toString('hex');
    return new MediaConnection(cert, key, { ufrag, password: randomText(18), fingerprint });
  }

  get connected(): boolean {
    return this.srtp !== null;
  }

  /** ms; NaN before it is known. */
  get roundTrip(): number {
    return this.ice?.roundTrip ?? Number.NaN;
  }

  /** Where the server's media port is that it goes to; null before one has answered. */
  get candidate(): Candidate | null {
    return this.ice?.candidate ?? null;
  }

  /**
   * Connects to whom an answer names.
   * @param timeout ms
   * @throws (rejects) Error that says how far it came
   */
  connect({ candidates, transport }: Answer, handler: MediaHandler, timeout: number): Promise<void> {
    this.handler = handler;
    this.role = transport.setup === 'active' ? 'server' : 'client';
    this.fingerprints = transport.fingerprints;
    const ice = new IceAgent({
      candidates,
      username: `${transport.ufrag}:${this.local.ufrag}`,
      password: transport.password,
      receive: (bytes) => this.receive(bytes),
      onLost: () => this.lose('the media port does not answer any more'),
    });
    this.ice = ice;
    return new Promise((resolve, reject) => {
      const late = () => {
        const ports = candidates.map(
          ({ protocol, address, port }) => `${protocol.toUpperCase()} ${address}:${port}`,
        );
        const missing = ice.candidate
          ? 'the DTLS handshake was not done'
          : `no media port answered (${ports.join(', ') || 'none was named'})`;
        this.settle(new Error(`${missing} within ${timeout / 1000} s`));
      };
      const timer = setTimeout(late, timeout);
      this.settle = (error) => {
        clearTimeout(timer);
        this.settle = () => {};
        if (error) reject(error);
        else resolve();
      };
      void ice.start().then(() => this.startDtls());
    });
  }

  begin(size: number): number {
    return this.srtp !== null && size + this.srtp.sender.room <= datagram ? this.outgoing : -1;
  }

  sendRtp(header: number, headerLength: number, payload: number, length: number, index: number): number {
    return this.commit(this.srtp?.sender.sealRtp(header, headerLength, payload, length, index) ?? 0);
  }

  sendRtcp(offset: number, length: number): number {
    return this.commit(this.srtp?.sender.sealRtcp(offset, length) ?? 0);
  }

  /** Says goodbye and frees everything. Idempotent; the handler hears nothing of it. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.retransmission);
    this.settle(new Error('the connection was closed'));
    if (this.dtls) {
      this.dtls.shutdown();
      this.pump(this.dtls);
      this.dtls.close();
    }
    this.srtp?.sender.close();
    this.srtp?.receiver.close();
    this.srtp = null;
    this.context.close();
    this.ice?.close();
  }

  private startDtls(): void {
    if (this.closed) return;
    this.dtls = new Dtls(this.context, this.role);
    this.dtls.start();
    this.follow(this.dtls);
  }

  private receive(bytes: Buffer): void {
    const { memory, incoming, srtp, dtls, handler } = this;
    if (this.closed || dtls === null || bytes.length === 0 || bytes.length > datagram) return;
    memory.u8.set(bytes, incoming);
    const first = bytes[0] as number;
    if (first >= 20 && first <= 63) {
      if (dtls.receive(incoming, bytes.length)) this.follow(dtls);
      return;
    }
    if (srtp === null || first < 128 || first > 191) return;
    const now = performance.now();
    if (isRtcp(memory, incoming, bytes.length)) {
      const length = srtp.receiver.openRtcp(incoming, bytes.length);
      if (length > 0) handler?.onRtcp(incoming, length, now);
    } else {
      const length = srtp.receiver.openRtp(incoming, bytes.length);
      if (length > 0) handler?.onRtp(incoming, length, now);
    }
  }

  private follow(dtls: Dtls): void {
    this.pump(dtls);
    clearTimeout(this.retransmission);
    if (dtls.state === 'handshake') {
      const wait = Math.min(dtls.timeout(), 60_000);
      this.retransmission = setTimeout(() => {
        dtls.handleTimeout();
        this.follow(dtls);
      }, wait);
    } else if (dtls.state === 'failed') this.lose(`DTLS failed: ${dtls.failure}`);
    else if (dtls.state === 'closed') this.lose('the server has closed the media connection');
    else if (this.srtp === null) this.secure(dtls);
  }

  private secure(dtls: Dtls): void {
    if (!matchesFingerprint(dtls, this.fingerprints)) {
      this.lose("the media port's certificate is not the one that the server named");
      return;
    }
    this.srtp = openSrtp(this.memory, dtls, this.role);
    this.settle(null);
  }

  private pump(dtls: Dtls): void {
    for (let length = dtls.pull(this.outgoing); length > 0; length = dtls.pull(this.outgoing))
      this.send(length);
  }

  private commit(length: number): number {
    if (length > 0) this.send(length);
    return length;
  }

  private send(length: number): void {
    // The socket sends later, and the place is written again before.
    this.ice?.send(Buffer.from(this.memory.u8.subarray(this.outgoing, this.outgoing + length)));
  }

  private lose(reason: string): void {
    if (this.closed) return;
    this.settle(new Error(reason));
    const { handler } = this;
    this.handler = null;
    handler?.onLost(reason);
  }
}

/** Self-signed, ECDSA P-256: identity comes from signalling (RFC 8827 section 6.5). */
async function makeCertificate() {
  const made = await generate([{ name: 'commonName', value: 'sluice' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  return { ...made, fingerprint: new X509Certificate(made.cert).fingerprint256 };
}
