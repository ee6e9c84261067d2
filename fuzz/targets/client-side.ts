import { X509Certificate } from 'node:crypto';
import { type Arena, Dtls, DtlsContext, HmacSha1 } from '../../src/native/index.js';
import type { Fingerprint, IceCredentials } from '../../src/transport/index.js';
import * as stun from '../../src/transport/stun-constants.js';
import { StunWriter } from '../../src/transport/stun-writer.js';

/** What the peer of a transport sends first. */
export class ClientSide {
  readonly fingerprint: Fingerprint;
  readonly #arena: Arena;
  readonly #context: DtlsContext;
  readonly #writer = new StunWriter();
  readonly #scratch: number;

  constructor(arena: Arena, certificate: { readonly certificate: string; readonly privateKey: string }) {
    this.#arena = arena;
    this.#context = new DtlsContext(arena, certificate);
    this.#scratch = arena.require(2048);
    const { fingerprint256 } = new X509Certificate(certificate.certificate);
    this.fingerprint = { algorithm: 'sha-256', value: fingerprint256 };
  }

  /** A nominating check. @returns its length */
  writeCheck(offset: number, { ufrag, password }: IceCredentials): number {
    const writer = this.#writer;
    const arena = this.#arena;
    writer.begin(arena, offset, stun.BINDING_REQUEST, this.#scratch);
    writer.attribute(stun.USERNAME, Buffer.from(`${ufrag}:peer`));
    writer.attribute(stun.ICE_CONTROLLING, Buffer.alloc(8, 1));
    writer.attribute(stun.USE_CANDIDATE, Buffer.alloc(0));
    arena.u8.set(Buffer.from(password), this.#scratch);
    const hmac = new HmacSha1(arena, this.#scratch, password.length);
    writer.messageIntegrity(hmac);
    hmac.close();
    return writer.fingerprint();
  }

  /** The first flight of DTLS. */
  hello(): Uint8Array {
    const dtls = new Dtls(this.#context, 'client');
    dtls.start();
    const length = dtls.pull(this.#scratch);
    const bytes = this.#arena.u8.slice(this.#scratch, this.#scratch + length);
    dtls.close();
    return bytes;
  }
}
