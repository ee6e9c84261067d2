import { randomBytes } from 'node:crypto';
import type { Memory } from '../kit/index.js';

/** ice-char of RFC 8839 section 5.4: 64 of them, so that a character is six bits. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const KEY_CHARACTERS = 4;
const UFRAG_CHARACTERS = 8;
const PASSWORD_CHARACTERS = 24;

const VALUES = new Int8Array(256).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

export interface IceCredentials {
  /** User name fragment: 48 random bits. */
  readonly ufrag: string;
  /** 144 random bits. */
  readonly password: string;
  /** What the first four characters of `ufrag` mean as a number below 2^24: a key without making a string. */
  readonly key: number;
}

/** Makes credentials whose key `taken` does not know yet. */
export function newIceCredentials(taken: (key: number) => boolean): IceCredentials {
  for (;;) {
    const ufrag = randomText(UFRAG_CHARACTERS);
    const key = ufragKey({ u8: Buffer.from(ufrag, 'latin1') }, 0, ufrag.length);
    if (!taken(key)) return { ufrag, password: randomText(PASSWORD_CHARACTERS), key };
  }
}

/** @returns the key of the user name fragment at `offset`; -1 when it begins with none of ours */
export function ufragKey(memory: Pick<Memory, 'u8'>, offset: number, length: number): number {
  if (length < KEY_CHARACTERS) return -1;
  let key = 0;
  for (let index = 0; index < KEY_CHARACTERS; index++) {
    const value = VALUES[memory.u8[offset + index] as number] as number;
    if (value < 0) return -1;
    key = key * 64 + value;
  }
  return key;
}

function randomText(characters: number): string {
  return Array.from(randomBytes(characters), (byte) => ALPHABET[byte & 63]).join('');
}
