import { reasonOf, type Timed } from '../kit/index.js';
import { type Arena, DTLS_MTU, Dtls } from '../native/index.js';
import { isRtcp } from '../rtp/index.js';
import { countSrtpDrop } from './drop-counters.js';
import { matchesFingerprint, openSrtp } from './dtls-srtp.js';
import type { IceCredentials } from './ice-credentials.js';
import { Paths } from './paths.js';
import { type PeerPath, peerPath } from './peer-path.js';
import type { SharedPort } from './shared-port.js';
import type { SrtpReceiver } from './srtp-receiver.js';
import type { SrtpSender } from './srtp-sender.js';
import type { StunMessage } from './stun.js';
import type { TransportFailure, TransportHandler } from './transport-handler.js';
import type { WebRtcTransportOptions } from './webrtc-transport-options.js';

const DEFAULT_TIMEOUT = 15_000;

/**
 * One peer's connection over a port that many share: ICE-lite (RFC 8445), DTLS-SRTP (RFC 5764), and RTP with RTCP
 * beside it (RFC 5761). Made by `PortMux.createTransport`.
 */
export class WebRtcTransport implements Timed {
  readonly memory: Arena;
  readonly #port: SharedPort<WebRtcTransport>;
  readonly #options: WebRtcTransportOptions;
  readonly #handler: TransportHandler;
  readonly #paths: Paths<WebRtcTransport>;
  readonly #deadline: number;
  readonly #keepAlive: number;
  #dtls: Dtls | null = null;
  #sender: SrtpSender | null = null;
  #receiver: SrtpReceiver | null = null;
  #room = 0;
  #lastHeard = 0;
  #open = true;
  #settled = false;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(
    port: SharedPort<WebRtcTransport>,
    credentials: IceCredentials,
    options: WebRtcTransportOptions,
    handler: TransportHandler,
    now: number,
  ) {
    this.memory = port.memory;
    this.#port = port;
    this.#options = options;
    this.#handler = handler;
    this.#paths = new Paths(port, this, credentials, options);
    this.#deadline = now + (options.iceTimeoutMs ?? DEFAULT_TIMEOUT);
    this.#keepAlive = options.keepAliveMs ?? DEFAULT_TIMEOUT;
    this.#lastHeard = now;
    port.agenda.schedule(this, this.#deadline);
  }

  /** This side's, for the session description. */
  get credentials(): IceCredentials {
    return this.#paths.credentials;
  }

  /** Whether packets can be sent. */
  get connected(): boolean {
    return this.#sender !== null;
  }

  /** Which of the port's addresses media goes to; -1 for none. */
  get selected(): number {
    return this.#sender === null ? -1 : this.#paths.selected;
  }

  /** The way media goes; null where there is none. */
  path(): PeerPath | null {
    return this.#sender && peerPath(this.#port.addressOf(this.#paths.selected), this.#sender.profile);
  }

  /**
   * Room for a packet of up to `size` bytes before encryption, to be followed by `sendRtp` or `sendRtcp` before any
   * other transport of the port sends.
   * @returns where to write it; -1 when it cannot be sent
   */
  begin(size: number): number {
    if (this.#sender === null || this.#paths.selected < 0) {
      this.#port.drops.notSent++;
      return -1;
    }
    return this.#port.begin(size + this.#room);
  }

  /**
   * Sends a packet whose header was written where `begin` said; the payload may lie anywhere in the arena.
   * @param packetIndex unwrapped outgoing index, ROC * 2^16 + SEQ
   * @returns bytes of the datagram; 0 when it was dropped
   */
  sendRtp(
    headerOffset: number,
    headerLength: number,
    payloadOffset: number,
    payloadLength: number,
    packetIndex: number,
  ): number {
    const sender = this.#sender;
    if (sender === null) return 0;
    return this.#commit(
      sender.sealRtp(headerOffset, headerLength, payloadOffset, payloadLength, packetIndex),
    );
  }

  /** Sends a compound that was written where `begin` said. @returns bytes of the datagram; 0 when it was dropped */
  sendRtcp(offset: number, length: number): number {
    return this.#sender === null ? 0 : this.#commit(this.#sender.sealRtcp(offset, length));
  }

  /** Says goodbye if it can, and frees everything. Idempotent; the handler hears nothing of it. */
  close(): void {
    if (!this.#open) return;
    this.#sayGoodbye();
    this.#release();
  }

  /** Takes a binding request that names this transport. For the port only. */
  receiveCheck(request: StunMessage, source: number, now: number): void {
    if (!this.#paths.receiveCheck(request, source, now)) return;
    this.#lastHeard = now;
    if (this.#paths.selected < 0) return;
    if (this.#dtls === null && this.#options.dtlsRole === 'client') this.#startDtls(now)?.start();
    if (this.#dtls !== null) this.#followDtls(now);
  }

  /** Takes a binding success that may be for this transport. For the port only. @returns whether it is */
  receiveAnswer(message: StunMessage, source: number, now: number): boolean {
    if (!this.#paths.receiveAnswer(message, source, now)) return false;
    this.#lastHeard = now;
    return true;
  }

  /** Whether the peer has shown that it receives at an address of its own. For the port only. */
  holds(address: number): boolean {
    return this.#paths.holds(address);
  }

  /** Takes a datagram whose first byte says DTLS, from one of this transport's addresses. For the port only. */
  receiveDtls(offset: number, length: number, now: number): void {
    const dtls = this.#dtls ?? this.#startDtls(now);
    if (dtls === null) return;
    if (dtls.receive(offset, length)) this.#followDtls(now);
    else this.#port.drops.dtlsMalformed++;
  }

  /**
   * Opens a datagram in place whose first byte says RTP or RTCP; only once connected. For the port only.
   * @returns the plain length, or why not: what `receiveOpened` wants to know
   */
  openSrtp(offset: number, length: number): number {
    const receiver = this.#receiver as SrtpReceiver;
    if (isRtcp(this.memory, offset, length)) return receiver.openRtcp(offset, length);
    return receiver.openRtp(offset, length);
  }

  /** Takes a datagram that `openSrtp` has opened, from one of this transport's addresses. For the port only. */
  receiveOpened(address: number, offset: number, plain: number, now: number): void {
    if (!this.#open) return;
    if (plain < 0) {
      countSrtpDrop(this.#port.drops, plain);
      return;
    }
    if (!this.#settled) {
      // The peer has keys, so its handshake is done as well as ours: what only the handshake needed can go.
      this.#settled = true;
      this.#dtls?.settle();
    }
    this.#lastHeard = now;
    this.#paths.hear(address, now);
    if (isRtcp(this.memory, offset, plain)) this.#handler.onRtcp(this.memory, offset, plain, now);
    else this.#handler.onRtp(this.memory, offset, plain, now);
  }

  /** Another transport has this address now, or its connection is over. For the port only. */
  loseAddress(address: number): void {
    this.#paths.lose(address);
  }

  /** Sends handshake flights again, and notices timeouts and silence. */
  onTime(now: number): number {
    if (!this.#open) return Number.POSITIVE_INFINITY;
    if (this.#sender !== null) {
      const due = this.#lastHeard + this.#keepAlive;
      if (now < due) return due;
      this.#fail('ice-keep-alive', `nothing heard for ${this.#keepAlive} ms`);
      return Number.POSITIVE_INFINITY;
    }
    if (now >= this.#deadline) {
      const what =
        this.#paths.selected < 0 ? 'no connectivity check came' : 'the DTLS handshake was not done';
      this.#fail('ice-timeout', `${what} in time`);
      return Number.POSITIVE_INFINITY;
    }
    if (this.#dtls !== null) {
      this.#dtls.handleTimeout();
      this.#followDtls(now);
    }
    return this.#open ? this.#handshakeDue(now) : Number.POSITIVE_INFINITY;
  }

  #startDtls(now: number): Dtls | null {
    try {
      this.#dtls = new Dtls(this.#port.dtls, this.#options.dtlsRole);
    } catch (fault) {
      this.#fail('dtls-error', reasonOf(fault));
      return null;
    }
    this.#port.agenda.schedule(this, this.#handshakeDue(now));
    return this.#dtls;
  }

  #handshakeDue(now: number): number {
    const wait = this.#dtls?.timeout() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#deadline, now + Math.max(1, wait));
  }

  /** Sends what the handshake has to say, and acts on where it stands. */
  #followDtls(now: number): void {
    const dtls = this.#dtls as Dtls;
    this.#pump(dtls);
    if (dtls.state === 'failed') this.#fail('dtls-error', dtls.failure);
    else if (dtls.state === 'closed') {
      this.close();
      this.#handler.onRemoteClosed(now);
    } else if (this.#sender === null) {
      if (dtls.state === 'connected') this.#connect(dtls, now);
      else this.#port.agenda.schedule(this, this.#handshakeDue(now));
    }
  }

  #connect(dtls: Dtls, now: number): void {
    if (!matchesFingerprint(dtls, this.#options.remoteFingerprints)) {
      const seen = dtls.peerFingerprint('sha-256') ?? 'missing';
      this.#fail('dtls-fingerprint', `the peer's certificate is ${seen}`);
      return;
    }
    try {
      const session = openSrtp(this.memory, dtls, this.#options.dtlsRole);
      this.#sender = session.sender;
      this.#receiver = session.receiver;
      this.#room = session.sender.room;
    } catch (fault) {
      this.#fail('dtls-error', reasonOf(fault));
      return;
    }
    this.#paths.guard(now);
    this.#lastHeard = now;
    this.#port.agenda.schedule(this, now + this.#keepAlive);
    this.#handler.onConnected(now);
  }

  #sayGoodbye(): void {
    if (this.#dtls === null) return;
    this.#dtls.shutdown();
    this.#pump(this.#dtls);
  }

  #pump(dtls: Dtls): void {
    for (;;) {
      const offset = this.#port.begin(DTLS_MTU);
      const length = offset < 0 ? 0 : dtls.pull(offset);
      if (length === 0) return;
      if (this.#paths.selected < 0) continue;
      this.#port.commit(this.#paths.selected, length);
      this.#paths.noteHandshake();
    }
  }

  #commit(length: number): number {
    if (length > 0 && this.#paths.selected >= 0) {
      this.#port.commit(this.#paths.selected, length);
      return length;
    }
    this.#port.drops.notSent++;
    return 0;
  }

  #fail(reason: TransportFailure, detail: string): void {
    this.close();
    this.#handler.onFailed(reason, detail);
  }

  #release(): void {
    this.#open = false;
    this.#port.agenda.cancel(this);
    this.#paths.close();
    this.#port.remove(this);
    this.#sender?.close();
    this.#receiver?.close();
    this.#sender = null;
    this.#receiver = null;
    this.#dtls?.close();
    this.#dtls = null;
  }
}
