import type { Arena } from './arena.js';
import { fingerprintOf, readPem } from './certificate.js';
import { dtlsCallbacks } from './dtls-callbacks.js';
import { openssl } from './openssl.js';
import { opensslFault } from './openssl-errors.js';
import { SRTP_PROFILES, type SrtpProfile } from './srtp-profile.js';

export interface DtlsContextOptions {
  /** The server's certificate, PEM. */
  readonly certificate: string;
  /** Its private key, PEM without a password. */
  readonly privateKey: string;
  /** Most wanted first; GCM before counter mode unless told. */
  readonly profiles?: readonly SrtpProfile[];
  /** An OpenSSL cipher list, most wanted first. */
  readonly ciphers?: string;
}

/** Largest datagram a handshake sends, bytes: fits every path that WebRTC is used on. */
export const DTLS_MTU = 1200;

const SSL_OP_NO_QUERY_MTU = 2 ** 12;
const SSL_OP_NO_TICKET = 2 ** 14;
const SSL_OP_CIPHER_SERVER_PREFERENCE = 2 ** 22;
const SSL_OP_NO_RENEGOTIATION = 2 ** 30;
const SSL_CTRL_SET_SESS_CACHE_MODE = 44;
const SSL_CTRL_SET_MAX_CERT_LIST = 51;
const SSL_CTRL_SET_MIN_PROTO_VERSION = 123;
const SSL_CTRL_SET_MAX_PROTO_VERSION = 124;
const DTLS1_2_VERSION = 0xfefd;
const SSL_VERIFY_PEER = 1;
const SSL_VERIFY_FAIL_IF_NO_PEER_CERT = 2;
/** Bounds what a hostile peer makes the handshake buffer, bytes. */
const LONGEST_CERTIFICATES = 16_384;
/**
 * Forward secrecy only; the AES-CBC ones are for the WebRTC of old Android and iOS applications. AES-128-GCM first:
 * two Finished messages and two alerts are all that is ever encrypted with it.
 */
const CIPHERS = 'ECDHE+AESGCM+AES128:ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES:!aNULL';

let handleOf: (context: DtlsContext) => number;

/** What all DTLS connections of a socket share: certificate, key, and what is negotiated. DTLS 1.2 only. */
export class DtlsContext {
  readonly arena: Arena;
  #x509: number;
  #handle: number;

  static {
    handleOf = (context) => context.#handle;
  }

  /** @throws NativeFault `openssl` with its reason, when certificate or key are unusable */
  constructor(arena: Arena, options: DtlsContextOptions) {
    const o = openssl();
    this.arena = arena;
    o.ERR_clear_error();
    this.#x509 = readPem(arena, options.certificate, o.PEM_read_bio_X509);
    this.#handle = o.SSL_CTX_new(o.DTLS_method());
    try {
      if (this.#x509 === 0) throw opensslFault(arena, 'Cannot read the DTLS certificate');
      if (this.#handle === 0) throw opensslFault(arena, 'Cannot set up DTLS');
      this.#useKey(options.privateKey);
      this.#configure(options.profiles ?? SRTP_PROFILES, options.ciphers ?? CIPHERS);
    } catch (fault) {
      this.close();
      throw fault;
    }
  }

  /** Fingerprint of the own certificate, for the SDP; null for an unknown algorithm. */
  fingerprint(algorithm: string): string | null {
    return this.#x509 === 0 ? null : fingerprintOf(this.arena, this.#x509, algorithm);
  }

  /** Frees it; connections made from it live on. Idempotent. */
  close(): void {
    const o = openssl();
    if (this.#x509 !== 0) o.X509_free(this.#x509);
    if (this.#handle !== 0) o.SSL_CTX_free(this.#handle);
    this.#x509 = 0;
    this.#handle = 0;
  }

  #useKey(pem: string): void {
    const o = openssl();
    const key = readPem(this.arena, pem, o.PEM_read_bio_PrivateKey);
    if (key === 0) throw opensslFault(this.arena, 'Cannot read the DTLS private key');
    const used =
      o.SSL_CTX_use_certificate(this.#handle, this.#x509) === 1 &&
      o.SSL_CTX_use_PrivateKey(this.#handle, key) === 1 &&
      o.SSL_CTX_check_private_key(this.#handle) === 1;
    o.EVP_PKEY_free(key);
    if (!used) throw opensslFault(this.arena, 'Cannot use the DTLS certificate with this key');
  }

  #configure(profiles: readonly SrtpProfile[], ciphers: string): void {
    const o = openssl();
    const context = this.#handle;
    const never = SSL_OP_NO_QUERY_MTU + SSL_OP_NO_TICKET + SSL_OP_NO_RENEGOTIATION;
    o.SSL_CTX_set_options(context, never + SSL_OP_CIPHER_SERVER_PREFERENCE);
    o.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, 0, 0);
    o.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_CERT_LIST, LONGEST_CERTIFICATES, 0);
    const verify = SSL_VERIFY_PEER + SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    o.SSL_CTX_set_verify(context, verify, 0);
    o.SSL_CTX_set_cert_verify_callback(context, dtlsCallbacks().acceptCertificate, 0);
    const done =
      o.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, DTLS1_2_VERSION, 0) === 1 &&
      o.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, DTLS1_2_VERSION, 0) === 1 &&
      o.SSL_CTX_set_cipher_list(context, ciphers) === 1 &&
      o.SSL_CTX_set_tlsext_use_srtp(context, profiles.join(':')) === 0;
    if (!done) throw opensslFault(this.arena, 'Cannot set up DTLS-SRTP');
  }
}

/** Pointer to the SSL_CTX, 0 once closed. Not exported by the room. */
export function contextHandle(context: DtlsContext): number {
  return handleOf(context);
}
