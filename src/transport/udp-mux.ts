import type { Agenda } from '../kit/index.js';
import {
  type Arena,
  DtlsContext,
  Inbox,
  Outbox,
  type OutboxOptions,
  type OutboxStats,
  type SocketAddress,
  type SrtpProfile,
  UdpSocket,
  type UdpSocketOptions,
} from '../native/index.js';
import { AddressTable } from './address-table.js';
import { type DropCounters, newDropCounters } from './drop-counters.js';
import type { Fingerprint } from './dtls-srtp.js';
import { newIceCredentials, ufragKey } from './ice-credentials.js';
import type { SharedPort } from './shared-port.js';
import { StunMessage } from './stun.js';
import { BINDING_REQUEST } from './stun-constants.js';
import { StunWriter } from './stun-writer.js';
import type { TransportHandler } from './transport-handler.js';
import { WebRtcTransport } from './webrtc-transport.js';
import type { WebRtcTransportOptions } from './webrtc-transport-options.js';

export interface UdpMuxOptions extends UdpSocketOptions {
  readonly arena: Arena;
  /** Run by the media loop; the transports' timers are in it. */
  readonly agenda: Agenda;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
  /** Most wanted first. */
  readonly srtpProfiles?: readonly SrtpProfile[];
  readonly outbox?: OutboxOptions;
  /** Most peers' addresses at a time; 16,384 unless told. */
  readonly addresses?: number;
}

/** Counters since the port was opened. */
export interface UdpMuxStats {
  received: number;
  receivedBytes: number;
  /** Dropped by the kernel before this process read it (mod 2^32). */
  kernelDrops: number;
  readonly drops: DropCounters;
  readonly sent: OutboxStats;
}

const DEFAULT_ADDRESSES = 16_384;

/** One UDP port and the transports on it, told apart by ICE user name fragment and then by source address. */
export class UdpMux implements SharedPort<WebRtcTransport> {
  readonly memory: Arena;
  readonly agenda: Agenda;
  readonly dtls: DtlsContext;
  readonly drops: DropCounters = newDropCounters();
  readonly stats: UdpMuxStats;
  readonly stunWriter = new StunWriter();
  /** Of the certificate that all transports share, for the session description. */
  readonly fingerprint: Fingerprint;
  readonly #socket: UdpSocket;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #table: AddressTable;
  readonly #request = new StunMessage();
  readonly #byUfrag = new Map<number, WebRtcTransport>();
  readonly #byAddress: (WebRtcTransport | undefined)[] = [];
  #open = true;

  /** Binds the port. @throws NativeFault with the errno's name, or `openssl` for an unusable certificate */
  constructor(options: UdpMuxOptions) {
    const { arena } = options;
    this.memory = arena;
    this.agenda = options.agenda;
    const { certificate, privateKey, srtpProfiles: profiles } = options;
    this.dtls = new DtlsContext(arena, { certificate, privateKey, ...(profiles ? { profiles } : {}) });
    try {
      this.#socket = new UdpSocket(arena, options);
    } catch (fault) {
      this.dtls.close();
      throw fault;
    }
    this.fingerprint = { algorithm: 'sha-256', value: this.dtls.fingerprint('sha-256') ?? '' };
    this.#inbox = new Inbox(arena);
    this.#outbox = new Outbox(arena, this.#socket, options.outbox);
    this.#table = new AddressTable(arena, options.addresses ?? DEFAULT_ADDRESSES);
    this.stats = {
      received: 0,
      receivedBytes: 0,
      kernelDrops: 0,
      drops: this.drops,
      sent: this.#outbox.stats,
    };
  }

  /** Where the kernel bound it. */
  get local(): SocketAddress {
    return this.#socket.local;
  }

  /** For a `Poller`. */
  get descriptor(): number {
    return this.#socket.descriptor;
  }

  /** Bytes the kernel granted for receiving and sending, which may be less than what was asked for. */
  get buffers(): { receive: number; send: number } {
    return { receive: this.#socket.receiveBuffer, send: this.#socket.sendBuffer };
  }

  /** Transports that are open. */
  get size(): number {
    return this.#byUfrag.size;
  }

  /** Opens a transport that waits for its peer; its `close` takes it away again. @throws NativeFault */
  createTransport(options: WebRtcTransportOptions, handler: TransportHandler, now: number): WebRtcTransport {
    const credentials = newIceCredentials((key) => this.#byUfrag.has(key));
    const transport = new WebRtcTransport(this, credentials, options, handler, now);
    this.#byUfrag.set(credentials.key, transport);
    return transport;
  }

  /**
   * Reads one batch of datagrams and hands each to its transport.
   *
   * @returns how many there were, at most 64; call again while it is 64 and there is time
   */
  receive(now: number): number {
    const inbox = this.#inbox;
    const count = inbox.receive(this.#socket);
    this.stats.received += count;
    for (let index = 0; index < count && this.#open; index++) {
      const length = inbox.length(index);
      this.stats.receivedBytes += length;
      if (length === 0) this.drops.truncated++;
      else this.#dispatch(inbox.offset(index), length, inbox.source(index), now);
    }
    if (count > 0) this.stats.kernelDrops = inbox.kernelDrops;
    return count;
  }

  /** Sends what the transports queued. */
  flush(): void {
    this.#outbox.flush();
    this.#table.reclaim();
  }

  /** Closes every transport, with a goodbye to its peer, and the port. Idempotent. */
  close(): void {
    if (!this.#open) return;
    for (const transport of [...this.#byUfrag.values()]) transport.close();
    this.flush();
    this.#open = false;
    this.#outbox.close();
    this.#inbox.close();
    this.#table.close();
    this.#socket.close();
    this.dtls.close();
  }

  begin(size: number): number {
    const offset = this.#outbox.begin(size);
    if (offset >= 0) return offset;
    this.flush();
    return this.#outbox.begin(size);
  }

  commit(address: number, length: number): void {
    this.#outbox.commit(this.#table.offsetOf(address), length);
  }

  claim(transport: WebRtcTransport, source: number): number {
    const address = this.#table.intern(source);
    if (address < 0) {
      this.drops.addressTableFull++;
      return -1;
    }
    const previous = this.#byAddress[address];
    if (previous !== transport) previous?.loseAddress(address);
    this.#byAddress[address] = transport;
    return address;
  }

  release(address: number): void {
    this.#byAddress[address] = undefined;
    this.#table.release(address);
  }

  remove(transport: WebRtcTransport): void {
    this.#byUfrag.delete(transport.credentials.key);
  }

  /** RFC 7983 section 7: the first byte tells the protocols apart. */
  #dispatch(offset: number, length: number, source: number, now: number): void {
    const first = this.memory.u8[offset] as number;
    const isSrtp = first >= 128 && first <= 191;
    if (isSrtp || (first >= 20 && first <= 63)) {
      const address = this.#table.find(source);
      const owner = address < 0 ? undefined : this.#byAddress[address];
      if (owner === undefined) this.drops.unknownSource++;
      else if (isSrtp) owner.receiveSrtp(offset, length, now);
      else owner.receiveDtls(offset, length, now);
    } else if (first <= 3) this.#receiveStun(offset, length, source, now);
    else this.drops.unknownProtocol++;
  }

  #receiveStun(offset: number, length: number, source: number, now: number): void {
    const request = this.#request;
    if (!request.parse(this.memory, offset, length)) this.drops.stunMalformed++;
    else if (request.type !== BINDING_REQUEST) this.drops.stunUnexpected++;
    else if (!request.verifyFingerprint()) this.drops.stunFingerprint++;
    else {
      const key = ufragKey(this.memory, request.usernameOffset, request.usernameLength);
      const transport = this.#byUfrag.get(key);
      if (transport === undefined) this.drops.stunUnknownUfrag++;
      else transport.receiveCheck(request, source, now);
    }
  }
}
