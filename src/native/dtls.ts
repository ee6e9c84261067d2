import { type Arena, baseOf } from './arena.js';
import { fingerprintOf } from './certificate.js';
import { ClosureAlerts } from './closure-alerts.js';
import { dtlsCallbacks } from './dtls-callbacks.js';
import { contextHandle, DTLS_MTU, type DtlsContext } from './dtls-context.js';
import { holdsRecords, recordLength } from './dtls-records.js';
import { libc } from './libc.js';
import { NativeFault } from './native-fault.js';
import { type OpenSsl, openssl } from './openssl.js';
import { drainErrors, opensslFault } from './openssl-errors.js';
import { MASTER_KEY_LENGTH, masterSaltLength, type SrtpProfile, srtpProfileOf } from './srtp-profile.js';

/** `closed`: the peer sent close_notify, or this side called `shutdown`. */
export type DtlsState = 'handshake' | 'connected' | 'closed' | 'failed';

const SSL_ERROR_SSL = 1;
const SSL_ERROR_SYSCALL = 5;
const SSL_ERROR_ZERO_RETURN = 6;
const SSL_CTRL_SET_MTU = 17;
const DTLS_CTRL_GET_TIMEOUT = 73;
const DTLS_CTRL_HANDLE_TIMEOUT = 74;
const RECORD_HEADER = 13;
const RECORD_LENGTH = 11;
/** Bytes of unwanted application data to read at a time. */
const SINK = 256;
const LARGEST_DATAGRAM = 2048;
const SIZEOF_PROFILE = 16;
const PROFILE_ID = 8;
const EXPORTER = 'EXTRACTOR-dtls_srtp';

/**
 * One DTLS-SRTP connection (RFC 5764) over memory: datagrams are put in with `receive` and taken out with `pull`.
 *
 * After every call that may have produced datagrams (`start`, `receive`, `handleTimeout`, `shutdown`), pull until
 * there is none. OpenSSL reads the clock itself for retransmissions.
 */
export class Dtls {
  readonly #openssl: OpenSsl = openssl();
  readonly #arena: Arena;
  readonly #base: number;
  /** Where a record header waits. */
  readonly #header: number;
  #ssl: number;
  #incoming = 0;
  #outgoing = 0;
  #state: DtlsState = 'handshake';
  #failure = '';
  /** Length of the record whose header was taken from OpenSSL but did not fit the datagram before; 0 for none. */
  #pendingBody = 0;
  readonly #role: 'server' | 'client';
  /** Once settled. */
  #alerts: ClosureAlerts | null = null;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(context: DtlsContext, role: 'server' | 'client') {
    const o = this.#openssl;
    const handle = contextHandle(context);
    if (handle === 0) throw new NativeFault('openssl', 'The DTLS context is closed');
    this.#arena = context.arena;
    this.#role = role;
    this.#base = baseOf(this.#arena);
    this.#header = this.#arena.require(RECORD_HEADER);
    this.#ssl = o.SSL_new(handle);
    this.#incoming = o.BIO_new(o.BIO_s_mem());
    this.#outgoing = o.BIO_new(o.BIO_s_mem());
    if (this.#ssl === 0 || this.#incoming === 0 || this.#outgoing === 0) {
      this.#arena.release(this.#header);
      throw opensslFault(this.#arena, 'Cannot make a DTLS connection');
    }
    o.SSL_set_bio(this.#ssl, this.#incoming, this.#outgoing);
    o.SSL_ctrl(this.#ssl, SSL_CTRL_SET_MTU, DTLS_MTU, 0);
    o.DTLS_set_timer_cb(this.#ssl, dtlsCallbacks().nextTimeout);
    if (role === 'server') o.SSL_set_accept_state(this.#ssl);
    else o.SSL_set_connect_state(this.#ssl);
  }

  get state(): DtlsState {
    return this.#state;
  }

  /** Why the state is `failed`, one line; empty otherwise. */
  get failure(): string {
    return this.#failure;
  }

  /** Begins the handshake: the client's first flight; nothing for a server. */
  start(): void {
    if (this.#ssl !== 0 && this.#state === 'handshake') this.#advance();
  }

  /**
   * Takes a datagram of up to 2048 bytes from the peer.
   *
   * @returns false when it is no row of DTLS records; it then had no effect
   */
  receive(offset: number, length: number): boolean {
    this.#arena.check(offset, length);
    if (length > LARGEST_DATAGRAM || !holdsRecords(this.#arena, offset, length)) return false;
    // One by one: behind a repeated flight's first message OpenSSL loses the rest of a datagram.
    for (let at = offset; at < offset + length; at += recordLength(this.#arena, at)) this.#receiveRecord(at);
    return true;
  }

  /**
   * Writes the next datagram for the peer at `offset`: whole records, as many as fit 1200 bytes.
   *
   * @param offset 1200 bytes of room
   * @returns its length; 0 when there is none
   */
  pull(offset: number): number {
    this.#arena.check(offset, DTLS_MTU);
    if (this.#ssl === 0) return this.#state === 'closed' ? (this.#alerts?.pull(offset) ?? 0) : 0;
    const o = this.#openssl;
    const { u8, view } = this.#arena;
    let length = 0;
    for (;;) {
      if (this.#pendingBody === 0) {
        const read = o.BIO_read(this.#outgoing, this.#base + this.#header, RECORD_HEADER);
        if (read !== RECORD_HEADER) return length;
        this.#pendingBody = view.getUint16(this.#header + RECORD_LENGTH, false);
      }
      const record = RECORD_HEADER + this.#pendingBody;
      if (length + record > DTLS_MTU) {
        if (length > 0) return length;
        this.#fail('a record is longer than the path allows');
        return 0;
      }
      u8.copyWithin(offset + length, this.#header, this.#header + RECORD_HEADER);
      o.BIO_read(this.#outgoing, this.#base + offset + length + RECORD_HEADER, this.#pendingBody);
      this.#pendingBody = 0;
      length += record;
    }
  }

  /** Ms until a flight must be sent again; `Infinity` when nothing is waited for. */
  timeout(): number {
    if (this.#ssl === 0 || this.#state !== 'handshake') return Number.POSITIVE_INFINITY;
    const { scratch, view } = this.#arena;
    const running = this.#openssl.SSL_ctrl(this.#ssl, DTLS_CTRL_GET_TIMEOUT, 0, this.#base + scratch) === 1;
    if (!running) return Number.POSITIVE_INFINITY;
    return view.getUint32(scratch, true) * 1000 + Math.ceil(view.getUint32(scratch + 8, true) / 1000);
  }

  /** Sends the last flight again if its time is over; gives up, as a failure, after a dozen times. */
  handleTimeout(): void {
    if (this.#ssl === 0 || this.#state !== 'handshake') return;
    this.#openssl.ERR_clear_error();
    if (this.#openssl.SSL_ctrl(this.#ssl, DTLS_CTRL_HANDLE_TIMEOUT, 0, 0) < 0) {
      this.#fail(this.#drain('the peer does not answer'));
    }
  }

  /** What was agreed on; null before the handshake is done, or when there is nothing in common. */
  get profile(): SrtpProfile | null {
    if (this.#ssl === 0) return null;
    const profile = this.#openssl.SSL_get_selected_srtp_profile(this.#ssl);
    if (profile === 0) return null;
    const { scratch, view } = this.#arena;
    libc().memcpy(this.#base + scratch, profile, SIZEOF_PROFILE);
    return srtpProfileOf(view.getUint32(scratch + PROFILE_ID, true));
  }

  /**
   * Writes the SRTP master keys: client key, server key, client salt, server salt (RFC 5764 section 4.2).
   *
   * @param offset 60 bytes of room
   * @returns bytes written: 56 or 60 by profile; 0 when there are none
   */
  exportKeys(offset: number): number {
    const profile = this.profile;
    if (this.#state !== 'connected' || profile === null) return 0;
    const length = 2 * (MASTER_KEY_LENGTH + masterSaltLength(profile));
    this.#arena.check(offset, length);
    const target = this.#base + offset;
    const o = this.#openssl;
    const done = o.SSL_export_keying_material(this.#ssl, target, length, EXPORTER, EXPORTER.length, 0, 0, 0);
    return done === 1 ? length : 0;
  }

  /** Fingerprint of the peer's certificate as in an SDP; null without one, or for an unknown algorithm. */
  peerFingerprint(algorithm: string): string | null {
    if (this.#ssl === 0) return null;
    const x509 = this.#openssl.SSL_get1_peer_certificate(this.#ssl);
    if (x509 === 0) return null;
    const fingerprint = fingerprintOf(this.#arena, x509, algorithm);
    this.#openssl.X509_free(x509);
    return fingerprint;
  }

  /**
   * Frees what OpenSSL holds, some 43 kB, and keeps what saying and hearing goodbye takes. For when the peer has shown
   * that its handshake is done too, as an authentic SRTP packet does: no flight has to be sent again then.
   *
   * Does nothing in another state, or where the suite is not one of AES-GCM. Keys and certificate cannot be asked for
   * any more.
   */
  settle(): void {
    const o = this.#openssl;
    if (this.#ssl === 0 || this.#state !== 'connected' || o.BIO_ctrl_pending(this.#outgoing) > 0) return;
    const alerts = ClosureAlerts.of(this.#arena, this.#ssl, this.#role === 'server');
    if (alerts === null) return;
    this.#sendCloseNotify();
    alerts.keepGoodbye(this.#outgoing);
    this.#alerts = alerts;
    this.#free();
  }

  /** Says goodbye: close_notify, also in answer to the peer's. Does nothing before the handshake is done. */
  shutdown(): void {
    if (this.#alerts !== null && this.#state !== 'failed') this.#state = 'closed';
    if (this.#ssl === 0 || this.#openssl.SSL_is_init_finished(this.#ssl) !== 1) return;
    if (this.#state !== 'connected' && this.#state !== 'closed') return;
    this.#sendCloseNotify();
    this.#state = 'closed';
  }

  /** Frees everything. Idempotent; nothing has an effect afterwards. */
  close(): void {
    if (this.#ssl === 0 && this.#alerts === null) return;
    this.#free();
    this.#alerts?.close();
    this.#alerts = null;
    if (this.#state !== 'failed') this.#state = 'closed';
  }

  #free(): void {
    if (this.#ssl === 0) return;
    this.#openssl.SSL_free(this.#ssl);
    this.#ssl = 0;
    this.#arena.release(this.#header);
  }

  #sendCloseNotify(): void {
    this.#openssl.ERR_clear_error();
    if (this.#openssl.SSL_alloc_buffers(this.#ssl) === 1) this.#openssl.SSL_shutdown(this.#ssl);
  }

  #receiveRecord(offset: number): void {
    if (this.#state === 'failed') return;
    if (this.#ssl === 0) {
      const closure = this.#state === 'connected' ? this.#alerts?.read(offset) : null;
      if (closure === 'failed') this.#fail('the peer sent a fatal alert');
      else if (closure === 'closed') this.#state = closure;
      return;
    }
    this.#openssl.BIO_write(this.#incoming, this.#base + offset, recordLength(this.#arena, offset));
    if (this.#state === 'handshake') this.#advance();
    if (this.#state === 'connected') this.#read();
  }

  #advance(): void {
    const o = this.#openssl;
    o.ERR_clear_error();
    const result = o.SSL_do_handshake(this.#ssl);
    if (result === 1) {
      this.#state = 'connected';
      o.SSL_free_buffers(this.#ssl);
      return;
    }
    const error = o.SSL_get_error(this.#ssl, result);
    if (error === SSL_ERROR_ZERO_RETURN) this.#state = 'closed';
    else if (error === SSL_ERROR_SSL || error === SSL_ERROR_SYSCALL)
      this.#fail(this.#drain('handshake failed'));
  }

  /**
   * Discards application data (nobody agreed on a data channel) and notices alerts.
   *
   * OpenSSL's buffers, some 34 kB, are kept only meanwhile: a connection is idle for hours after its handshake. They
   * must be there before anything is written; OpenSSL 3.0 makes them anew by itself only when it reads.
   */
  #read(): void {
    const o = this.#openssl;
    if (o.SSL_alloc_buffers(this.#ssl) !== 1) return;
    for (;;) {
      o.ERR_clear_error();
      const result = o.SSL_read(this.#ssl, this.#base + this.#arena.scratch, SINK);
      if (result > 0) continue;
      const error = o.SSL_get_error(this.#ssl, result);
      if (error === SSL_ERROR_ZERO_RETURN) this.#state = 'closed';
      else if (error === SSL_ERROR_SSL || error === SSL_ERROR_SYSCALL)
        this.#fail(this.#drain('connection lost'));
      o.SSL_free_buffers(this.#ssl);
      return;
    }
  }

  #fail(reason: string): void {
    this.#state = 'failed';
    this.#failure = reason;
  }

  #drain(fallback: string): string {
    return drainErrors(this.#arena, fallback);
  }
}
