import type { Agenda } from '../kit/index.js';
import {
  type Arena,
  DtlsContext,
  INBOX_BATCH,
  Inbox,
  Outbox,
  type SocketAddress,
  type UdpSocket,
} from '../native/index.js';
import { AddressTable } from './address-table.js';
import { bindBoth } from './bind-ports.js';
import { type DropCounters, newDropCounters } from './drop-counters.js';
import type { Fingerprint } from './dtls-srtp.js';
import { newIceCredentials, ufragKey } from './ice-credentials.js';
import { type PeerAddress, peerAddress } from './peer-path.js';
import type { PortMuxOptions, PortMuxStats } from './port-mux-types.js';
import type { SharedPort } from './shared-port.js';
import { StunMessage } from './stun.js';
import * as stun from './stun-constants.js';
import { StunWriter } from './stun-writer.js';
import type { TcpPort } from './tcp-port.js';
import type { TcpPortListener } from './tcp-port-types.js';
import type { TransportHandler } from './transport-handler.js';
import { WebRtcTransport } from './webrtc-transport.js';
import type { WebRtcTransportOptions } from './webrtc-transport-options.js';

const DEFAULT_ADDRESSES = 16_384;
/** Bits 6 and 7 of what is SRTP or SRTCP: the version (RFC 7983 section 7). */
const SRTP_VERSION = 2;

/**
 * One UDP port, the TCP port beside it, and the transports on both, told apart by ICE user name fragment and then by
 * source address. Addresses of UDP are identifiers of the table; TCP connections follow behind the last of them.
 */
export class PortMux implements SharedPort<WebRtcTransport>, TcpPortListener {
  readonly memory: Arena;
  readonly agenda: Agenda;
  readonly dtls: DtlsContext;
  readonly drops: DropCounters = newDropCounters();
  readonly stats: PortMuxStats;
  readonly stunWriter = new StunWriter();
  /** Of the certificate that all transports share, for the session description. */
  readonly fingerprint: Fingerprint;
  readonly #socket: UdpSocket;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #table: AddressTable;
  readonly #tcp: TcpPort | null;
  readonly #firstConnection: number;
  readonly #request = new StunMessage();
  readonly #byUfrag = new Map<number, WebRtcTransport>();
  readonly #byAddress: (WebRtcTransport | undefined)[] = [];
  /** By place in the batch, of datagrams that are opened already: whose, from which address, and what `openSrtp` said. */
  readonly #owners: (WebRtcTransport | undefined)[] = [];
  readonly #addresses = new Int32Array(INBOX_BATCH);
  readonly #opened = new Int32Array(INBOX_BATCH);
  /** What `begin` said last. */
  #begun = 0;
  #open = true;

  /** Binds the ports. @throws NativeFault with the errno's name, or `openssl` for an unusable certificate */
  constructor(options: PortMuxOptions) {
    const { arena, agenda, certificate, privateKey, srtpProfiles: profiles } = options;
    this.memory = arena;
    this.agenda = agenda;
    this.dtls = new DtlsContext(arena, { certificate, privateKey, ...(profiles ? { profiles } : {}) });
    try {
      const { socket, tcp } = bindBoth(options, this);
      this.#socket = socket;
      this.#tcp = tcp;
    } catch (fault) {
      this.dtls.close();
      throw fault;
    }
    this.fingerprint = { algorithm: 'sha-256', value: this.dtls.fingerprint('sha-256') ?? '' };
    this.#inbox = new Inbox(arena);
    this.#outbox = new Outbox(arena, this.#socket, options.outbox);
    this.#firstConnection = options.addresses ?? DEFAULT_ADDRESSES;
    this.#table = new AddressTable(arena, this.#firstConnection);
    const { stats: sent } = this.#outbox;
    this.stats = { received: 0, receivedBytes: 0, drops: this.drops, sent, tcp: this.#tcp?.stats ?? null };
  }

  /** Where the kernel bound UDP. */
  get local(): SocketAddress {
    return this.#socket.local;
  }

  /** Of UDP, for a `Poller`. */
  get descriptor(): number {
    return this.#socket.descriptor;
  }

  /** Where TCP listens; null without. */
  get tcpLocal(): SocketAddress | null {
    return this.#tcp?.local ?? null;
  }

  /** Of TCP, for a `Poller`; -1 without. */
  get tcpDescriptor(): number {
    return this.#tcp?.descriptor ?? -1;
  }

  /** Bytes the kernel granted for receiving and sending, which may be less than what was asked for. */
  get buffers(): { receive: number; send: number } {
    return { receive: this.#socket.receiveBuffer, send: this.#socket.sendBuffer };
  }

  /** Datagrams the kernel dropped before this process read them (mod 2^32). Asks the kernel. */
  countKernelDrops(): number {
    return this.#socket.countDrops();
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
   * Reads one batch of datagrams and hands each to its transport. What is encrypted is opened before any is handled: the
   * code for either is more than the processor keeps at hand, so that taking turns for each packet costs more.
   * @returns how many there were, at most 64; call again while it is 64 and there is time
   */
  receive(now: number): number {
    const inbox = this.#inbox;
    const count = inbox.receive(this.#socket);
    this.stats.received += count;
    for (let index = 0; index < count; index++) this.#openEarly(index);
    for (let index = 0; index < count && this.#open; index++) {
      const owner = this.#owners[index];
      const offset = inbox.offset(index);
      const length = inbox.length(index);
      this.stats.receivedBytes += length;
      if (owner !== undefined)
        owner.receiveOpened(this.#addresses[index] as number, offset, this.#opened[index] as number, now);
      else if (length === 0) this.drops.truncated++;
      else this.#dispatch(offset, length, inbox.source(index), -1, now);
    }
    return count;
  }

  /** Takes what TCP has brought; to be called when its descriptor has input. */
  receiveTcp(now: number): void {
    this.#tcp?.receive(now);
  }

  /** Sends what the transports queued. */
  flush(): void {
    this.#outbox.flush();
    this.#tcp?.flush();
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
    this.#tcp?.close();
    this.#socket.close();
    this.dtls.close();
  }

  begin(size: number): number {
    this.#begun = this.#outbox.begin(size);
    if (this.#begun >= 0) return this.#begun;
    this.flush();
    this.#begun = this.#outbox.begin(size);
    return this.#begun;
  }

  commit(address: number, length: number): void {
    if (address < this.#firstConnection) this.#outbox.commit(this.#table.offsetOf(address), length);
    else this.#tcp?.send(address - this.#firstConnection, this.#begun, length);
  }

  claim(transport: WebRtcTransport, source: number): number {
    const connection = this.#tcp?.connectionAt(source) ?? -1;
    const address = connection < 0 ? this.#table.intern(source) : this.#firstConnection + connection;
    if (address < 0) {
      this.drops.addressTableFull++;
      return -1;
    }
    if (connection >= 0) this.#tcp?.keep(connection);
    if (!this.#byAddress[address]?.holds(address)) this.take(transport, address);
    return address;
  }

  owner(address: number): WebRtcTransport | undefined {
    return this.#byAddress[address];
  }

  take(transport: WebRtcTransport, address: number): void {
    const previous = this.#byAddress[address];
    this.#byAddress[address] = transport;
    if (previous !== transport) previous?.loseAddress(address);
  }

  find(source: number, connection = this.#tcp?.connectionAt(source) ?? -1): number {
    return connection < 0 ? this.#table.find(source) : this.#firstConnection + connection;
  }

  isConnection(address: number): boolean {
    return address >= this.#firstConnection;
  }

  release(address: number): void {
    this.#byAddress[address] = undefined;
    if (address < this.#firstConnection) this.#table.release(address);
    else this.#tcp?.release(address - this.#firstConnection);
  }

  addressOf(address: number): PeerAddress | null {
    if (address < 0) return null;
    const isUdp = address < this.#firstConnection;
    const at = isUdp ? this.#table.offsetOf(address) : this.#tcp?.sourceOf(address - this.#firstConnection);
    return at === undefined ? null : peerAddress(this.memory, at, isUdp ? 'udp' : 'tcp');
  }

  /** For the TCP port only. */
  onFrame(connection: number, offset: number, length: number, source: number, now: number): void {
    this.#dispatch(offset, length, source, connection, now);
  }

  /** For the TCP port only. */
  onLost(connection: number): void {
    const address = this.#firstConnection + connection;
    const owner = this.#byAddress[address];
    this.#byAddress[address] = undefined;
    owner?.loseAddress(address);
  }

  remove(transport: WebRtcTransport): void {
    this.#byUfrag.delete(transport.credentials.key);
  }

  /** Opens a datagram of the batch if its transport has keys; else what comes before it may bring them. */
  #openEarly(index: number): void {
    this.#owners[index] = undefined;
    const offset = this.#inbox.offset(index);
    const length = this.#inbox.length(index);
    if (length === 0 || (this.memory.u8[offset] as number) >> 6 !== SRTP_VERSION) return;
    const address = this.#table.find(this.#inbox.source(index));
    const owner = address < 0 ? undefined : this.#byAddress[address];
    if (!owner?.connected) return;
    this.#owners[index] = owner;
    this.#addresses[index] = address;
    this.#opened[index] = owner.openSrtp(offset, length);
  }

  /** RFC 7983 section 7: the first byte tells the protocols apart. */
  #dispatch(offset: number, length: number, source: number, connection: number, now: number): void {
    const first = this.memory.u8[offset] as number;
    const isSrtp = first >= 128 && first <= 191;
    if (isSrtp || (first >= 20 && first <= 63)) {
      const address = this.find(source, connection);
      const owner = address < 0 ? undefined : this.#byAddress[address];
      if (owner === undefined) this.drops.unknownSource++;
      else if (!isSrtp) owner.receiveDtls(offset, length, now);
      else if (!owner.connected) this.drops.srtpEarly++;
      else owner.receiveOpened(address, offset, owner.openSrtp(offset, length), now);
    } else if (first <= 3) this.#receiveStun(offset, length, source, now);
    else this.drops.unknownProtocol++;
  }

  #receiveStun(offset: number, length: number, source: number, now: number): void {
    const request = this.#request;
    if (!request.parse(this.memory, offset, length)) this.drops.stunMalformed++;
    else if (!request.verifyFingerprint()) this.drops.stunFingerprint++;
    else if (request.type !== stun.BINDING_REQUEST) this.#receiveAnswer(source, now);
    else {
      const key = ufragKey(this.memory, request.usernameOffset, request.usernameLength);
      const transport = this.#byUfrag.get(key);
      if (transport === undefined) this.drops.stunUnknownUfrag++;
      else transport.receiveCheck(request, source, now);
    }
  }

  /** What answers a check of ours: its transaction identifier begins as the name of the transport does. */
  #receiveAnswer(source: number, now: number): void {
    const message = this.#request;
    const key = ufragKey(this.memory, message.offset + stun.TRANSACTION_OFFSET, stun.TRANSACTION_LENGTH);
    const asking = message.type === stun.BINDING_SUCCESS ? this.#byUfrag.get(key) : undefined;
    if (!asking?.receiveAnswer(message, source, now)) this.drops.stunUnexpected++;
  }
}
