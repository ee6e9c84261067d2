import { AesCtr, type Arena, CTR_IV_LENGTH, MASTER_KEY_LENGTH, NativeFault } from '../native/index.js';

/** Labels of the session keys (RFC 3711 section 4.3.1 and 4.3.2). */
export const RTP_LABELS = { cipher: 0, authentication: 1, salt: 2 } as const;
export const RTCP_LABELS = { cipher: 3, authentication: 4, salt: 5 } as const;
export type KeyLabels = typeof RTP_LABELS | typeof RTCP_LABELS;

const LABEL_BYTE = 7;

/** The key derivation of RFC 3711 section 4.3 with a rate of zero, from one master key and salt. */
export class KeyDerivation {
  readonly #arena: Arena;
  readonly #cipher: AesCtr;
  readonly #iv: number;

  /**
   * @param saltLength 14, or 12 with GCM, whose salt is padded with zeros at its end (RFC 7714 section 11)
   * @throws NativeFault `openssl` or `memory`
   */
  constructor(arena: Arena, keyOffset: number, saltOffset: number, saltLength: number) {
    arena.check(saltOffset, saltLength);
    this.#arena = arena;
    this.#cipher = new AesCtr(arena, keyOffset);
    this.#iv = arena.require(CTR_IV_LENGTH);
    arena.u8.fill(0, this.#iv, this.#iv + CTR_IV_LENGTH);
    arena.u8.copyWithin(this.#iv, saltOffset, saltOffset + saltLength);
  }

  /** Writes the `length` bytes of the session key with that label to `target`. @throws NativeFault `openssl` */
  derive(label: number, target: number, length: number): void {
    const { u8 } = this.#arena;
    u8.fill(0, target, target + length);
    u8[this.#iv + LABEL_BYTE] = (u8[this.#iv + LABEL_BYTE] as number) ^ label;
    const done = this.#cipher.crypt(this.#iv, target, target, length);
    u8[this.#iv + LABEL_BYTE] = (u8[this.#iv + LABEL_BYTE] as number) ^ label;
    if (!done) throw new NativeFault('openssl', 'Cannot derive an SRTP key');
  }

  close(): void {
    this.#cipher.close();
    this.#arena.u8.fill(0, this.#iv, this.#iv + CTR_IV_LENGTH);
    this.#arena.release(this.#iv);
  }
}

/** Where one direction's master key and salt lie in the arena. */
export interface MasterKey {
  readonly keyOffset: number;
  readonly saltOffset: number;
  readonly saltLength: number;
}

/**
 * Finds the two master keys in what DTLS exported: client key, server key, client salt, server salt
 * (RFC 5764 section 4.2).
 */
export function splitExportedKeys(
  offset: number,
  saltLength: number,
): { client: MasterKey; server: MasterKey } {
  const salts = offset + 2 * MASTER_KEY_LENGTH;
  return {
    client: { keyOffset: offset, saltOffset: salts, saltLength },
    server: { keyOffset: offset + MASTER_KEY_LENGTH, saltOffset: salts + saltLength, saltLength },
  };
}
