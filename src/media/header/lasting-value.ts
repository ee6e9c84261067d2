import type { Memory } from '../../kit/index.js';

/**
 * The newest value of an extension that holds until another comes, and that senders write only until they hear that it
 * has arrived. Who joins later would never hear of it.
 */
export class LastingValue {
  private readonly bytes: Uint8Array;
  /** Of the packet that had it; -1 while none has. */
  private sequence = -1;

  /** @param length bytes */
  constructor(readonly length: number) {
    this.bytes = new Uint8Array(length);
  }

  get isKnown(): boolean {
    return this.sequence >= 0;
  }

  /** Takes the value of a packet, unless a newer packet had one. */
  learn({ u8 }: Memory, at: number, sequence: number): void {
    if (sequence < this.sequence) return;
    this.sequence = sequence;
    for (let index = 0; index < this.length; index += 1) this.bytes[index] = u8[at + index] as number;
  }

  copyTo({ u8 }: Memory, at: number): void {
    for (let index = 0; index < this.length; index += 1) u8[at + index] = this.bytes[index] as number;
  }

  forget(): void {
    this.sequence = -1;
  }
}
