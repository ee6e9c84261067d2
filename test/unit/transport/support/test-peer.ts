import {
  type Arena,
  Dtls,
  type DtlsContext,
  HmacSha1,
  Inbox,
  Outbox,
  UdpSocket,
  writeSocketAddress,
} from '../../../../src/native/index.js';
import { openSrtp, type SrtpSession } from '../../../../src/transport/dtls-srtp.js';
import type { IceCredentials } from '../../../../src/transport/index.js';
import { StunMessage } from '../../../../src/transport/stun.js';
import * as stun from '../../../../src/transport/stun-constants.js';
import { StunWriter } from '../../../../src/transport/stun-writer.js';
import { type LinkOptions, TcpLink } from './tcp-link.js';

/** As its session description would have them. */
export const PEER_UFRAG = 'peer';
export const PEER_PASSWORD = 'the-password-of-the-peer';

export interface CheckOptions {
  readonly nominate?: boolean;
  readonly controlled?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly requires?: number;
  readonly type?: number;
}

export interface StunAnswer {
  readonly type: number;
  readonly errorCode: number;
  readonly length: number;
  readonly authentic: boolean;
  readonly mapped: string;
}

/** The other end of a transport, over a socket or a TCP connection of its own: it checks connectivity, shakes hands and sends SRTP. */
export class TestPeer {
  readonly ufrag = PEER_UFRAG;
  /** The last binding request that was sent, as whoever overhears it has it. */
  lastCheck = Buffer.alloc(0);
  /** Binding requests that came, and were answered if it answers. */
  readonly questions: string[] = [];
  /** What an answer to a binding request is signed with; null for one that cannot answer. */
  password: string | null = PEER_PASSWORD;
  readonly answers: StunAnswer[] = [];
  readonly packets: string[] = [];
  /** Lengths of the DTLS datagrams that came. */
  readonly records: number[] = [];
  srtp: SrtpSession | null = null;
  dtls: Dtls | null = null;
  socket: UdpSocket;
  /** The TCP connection that is used instead of the socket, once there is one. */
  link: TcpLink | null = null;
  readonly #arena: Arena;
  readonly #context: DtlsContext;
  readonly #role: 'server' | 'client';
  readonly #inbox: Inbox;
  readonly #writer = new StunWriter();
  readonly #message = new StunMessage();
  readonly #target: number;
  readonly #scratch: number;
  readonly #slot: number;
  readonly #links: TcpLink[] = [];
  #outbox: Outbox;

  constructor(arena: Arena, context: DtlsContext, port: number, role: 'server' | 'client' = 'client') {
    this.#arena = arena;
    this.#context = context;
    this.#role = role;
    this.socket = new UdpSocket(arena, { address: '127.0.0.1', port: 0 });
    this.#outbox = new Outbox(arena, this.socket, { size: 65_536 });
    this.#inbox = new Inbox(arena);
    this.#target = arena.require(32);
    this.#scratch = arena.require(64);
    this.#slot = arena.require(2048);
    writeSocketAddress(arena, this.#target, 'IPv4', '127.0.0.1', port);
  }

  get port(): number {
    return this.socket.local.port;
  }

  /** Goes on from another port, as after a change of network. */
  move(): void {
    this.#outbox.close();
    this.socket.close();
    this.socket = new UdpSocket(this.#arena, { address: '127.0.0.1', port: 0 });
    this.#outbox = new Outbox(this.#arena, this.socket, { size: 65_536 });
  }

  /** Goes on over TCP. */
  connectTcp(port: number, options?: LinkOptions): TcpLink {
    this.link = new TcpLink(port, options);
    this.#links.push(this.link);
    return this.link;
  }

  send(bytes: Uint8Array): void {
    const offset = this.#outbox.begin(bytes.length);
    this.#arena.u8.set(bytes, offset);
    this.#commit(offset, bytes.length);
  }

  /** Sends a binding request to the transport with these credentials. */
  check(credentials: IceCredentials, options: CheckOptions = {}): void {
    const offset = this.#outbox.begin(256);
    const writer = this.#writer;
    writer.begin(this.#arena, offset, options.type ?? stun.BINDING_REQUEST, this.#scratch + 20);
    writer.attribute(stun.USERNAME, Buffer.from(options.username ?? `${credentials.ufrag}:${this.ufrag}`));
    writer.attribute(stun.PRIORITY, Buffer.from('6e0001ff', 'hex'));
    const role = options.controlled ? stun.ICE_CONTROLLED : stun.ICE_CONTROLLING;
    writer.attribute(role, Buffer.alloc(8, 1));
    if (options.nominate) writer.attribute(stun.USE_CANDIDATE, Buffer.alloc(0));
    if (options.requires) writer.attribute(options.requires, Buffer.alloc(0));
    const hmac = this.#keyed(options.password ?? credentials.password);
    writer.messageIntegrity(hmac);
    hmac.close();
    const length = writer.fingerprint();
    this.lastCheck = Buffer.from(this.#arena.u8.slice(offset, offset + length));
    this.#commit(offset, length);
  }

  /** Begins the handshake, as its client. */
  startDtls(): void {
    this.dtls = new Dtls(this.#context, this.#role);
    this.dtls.start();
    this.#pump();
  }

  /** Takes everything that waits on the socket, and answers it. */
  receive(credentials: IceCredentials): void {
    for (let count = this.#inbox.receive(this.socket); count > 0; count = this.#inbox.receive(this.socket)) {
      for (let index = 0; index < count; index++) {
        const offset = this.#inbox.offset(index);
        this.#read(offset, this.#inbox.length(index), credentials);
      }
    }
    for (const link of this.#links) {
      for (const datagram of link.receive()) {
        this.#arena.u8.set(datagram, this.#slot);
        this.#read(this.#slot, datagram.length, credentials);
      }
    }
  }

  /** Seals and sends an RTP packet with that payload, or sends it `times` over, sealed once. */
  sendRtp(index: number, payload: Uint8Array, times = 1): void {
    const offset = this.#outbox.begin(2000);
    const { u8, view } = this.#arena;
    view.setUint32(offset, 0x8060_0000 + (index & 0xffff));
    view.setUint32(offset + 4, 3000);
    view.setUint32(offset + 8, 0xcafe);
    u8.set(payload, offset + 12);
    const length = this.srtp?.sender.sealRtp(offset, 12, offset + 12, payload.length, index) ?? 0;
    const sealed = Buffer.from(u8.slice(offset, offset + length));
    for (let count = 0; count < times; count++) this.send(sealed);
  }

  sendRtcp(compound: Uint8Array): void {
    const offset = this.#outbox.begin(2000);
    this.#arena.u8.set(compound, offset);
    this.#commit(offset, this.srtp?.sender.sealRtcp(offset, compound.length) ?? 0);
  }

  sayGoodbye(): void {
    this.dtls?.shutdown();
    this.#pump();
  }

  close(): void {
    this.dtls?.close();
    this.srtp?.sender.close();
    this.srtp?.receiver.close();
    this.#outbox.close();
    this.#inbox.close();
    this.socket.close();
    this.#arena.release(this.#target);
    this.#arena.release(this.#scratch);
    this.#arena.release(this.#slot);
    for (const link of this.#links) link.close();
  }

  #read(offset: number, length: number, credentials: IceCredentials): void {
    const first = this.#arena.u8[offset] as number;
    if (first < 4) this.#readAnswer(offset, length, credentials);
    else if (first < 64) this.#readDtls(offset, length);
    else this.#readSrtp(offset, length);
  }

  #keyed(password: string): HmacSha1 {
    this.#arena.u8.set(Buffer.from(password), this.#scratch);
    return new HmacSha1(this.#arena, this.#scratch, password.length);
  }

  #readAnswer(offset: number, length: number, credentials: IceCredentials): void {
    const message = this.#message;
    if (!message.parse(this.#arena, offset, length)) throw new Error('malformed STUN message');
    if (message.type === stun.BINDING_REQUEST) {
      this.#answer(message);
      return;
    }
    const hmac = this.#keyed(credentials.password);
    const authentic = message.verifyFingerprint() && message.verifyIntegrity(hmac, this.#scratch);
    hmac.close();
    const { view } = this.#arena;
    const at = message.mappedOffset;
    const mapped =
      at < 0 ? '' : `${mappedIp(view, at)}:${view.getUint16(at + 2) ^ (stun.MAGIC_COOKIE >>> 16)}`;
    this.answers.push({ type: message.type, errorCode: message.errorCode, length, authentic, mapped });
  }

  /** As a full agent answers a check (RFC 8445 section 7.3). */
  #answer(message: StunMessage): void {
    const { usernameOffset: at, usernameLength } = message;
    this.questions.push(Buffer.from(this.#arena.u8.subarray(at, at + usernameLength)).toString());
    const signed = this.#keyed(PEER_PASSWORD);
    if (!message.verifyFingerprint() || !message.verifyIntegrity(signed, this.#scratch))
      throw new Error('a check of the server is not authentic');
    signed.close();
    if (this.password === null) return;
    const offset = this.#outbox.begin(256);
    const transaction = message.offset + stun.TRANSACTION_OFFSET;
    this.#writer.begin(this.#arena, offset, stun.BINDING_SUCCESS, transaction);
    this.#writer.xorMappedAddress(this.#target);
    const hmac = this.#keyed(this.password);
    this.#writer.messageIntegrity(hmac);
    hmac.close();
    this.#commit(offset, this.#writer.fingerprint());
  }

  #readDtls(offset: number, length: number): void {
    this.records.push(length);
    this.dtls ??= new Dtls(this.#context, this.#role);
    this.dtls.receive(offset, length);
    this.#pump();
    if (this.dtls.state === 'connected' && this.srtp === null) {
      this.srtp = openSrtp(this.#arena, this.dtls, this.#role);
    }
  }

  #readSrtp(offset: number, length: number): void {
    const receiver = this.srtp?.receiver;
    const isRtcp = ((this.#arena.u8[offset + 1] as number) & 0xe0) === 0xc0;
    const plain = (isRtcp ? receiver?.openRtcp(offset, length) : receiver?.openRtp(offset, length)) ?? -9;
    this.packets.push(
      plain < 0
        ? `refused ${plain}`
        : Buffer.from(this.#arena.u8.subarray(offset, offset + plain)).toString('hex'),
    );
  }

  #pump(): void {
    for (;;) {
      const offset = this.#outbox.begin(1200);
      const length = this.dtls?.pull(offset) ?? 0;
      if (length === 0) break;
      this.#commit(offset, length);
    }
  }

  #commit(offset: number, length: number): void {
    if (this.link) {
      this.link.send(this.#arena.u8.slice(offset, offset + length));
      return;
    }
    this.#outbox.commit(this.#target, length);
    this.#outbox.flush();
  }
}

function mappedIp(view: DataView, at: number): string {
  const value = (view.getUint32(at + 4) ^ stun.MAGIC_COOKIE) >>> 0;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}
