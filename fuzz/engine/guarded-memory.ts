import { type Memory, memoryOf } from '../../src/kit/index.js';
import { promise } from './target.js';

const MARGIN = 64;
const POISON = [0x00, 0xff] as const;

/** Takes what lies in a memory; what it returns must follow from nothing else. */
export type Parse = (memory: Memory, offset: number, length: number) => number | string;

/**
 * Has an input parsed twice, once between zeros and once between ones, and the memory ends shortly behind it: whoever
 * reads a byte outside comes to another result, and whoever writes one is seen.
 */
export class GuardedMemory {
  private readonly memories: readonly Memory[];
  private readonly size: number;

  constructor(maxLength: number) {
    this.size = maxLength + 2 * MARGIN;
    this.memories = POISON.map((poison) => memoryOf(new Uint8Array(this.size).fill(poison)));
  }

  /** @throws BrokenInvariant when `parse` looks, or writes, outside the input */
  run(input: Uint8Array, parse: Parse): number | string {
    const first = this.once(0, input, parse);
    const second = this.once(1, input, parse);
    promise(first === second, `reads outside the input: ${first} or ${second}`);
    return first;
  }

  private once(which: 0 | 1, input: Uint8Array, parse: Parse): number | string {
    const poison = POISON[which];
    const memory = this.memories[which] as Memory;
    const { u8 } = memory;
    const end = this.size - MARGIN;
    const offset = end - input.length;
    u8.fill(poison, offset - MARGIN, offset);
    u8.set(input, offset);
    const result = parse(memory, offset, input.length);
    let intact = true;
    for (let at = offset - MARGIN; at < offset; at++) if (u8[at] !== poison) intact = false;
    for (let at = end; at < this.size; at++) if (u8[at] !== poison) intact = false;
    if (!intact) {
      u8.fill(poison);
      promise(false, 'writes outside the input');
    }
    return result;
  }
}

/** A number that stands for a row of numbers. */
export class Digest {
  value = 0;

  add(value: number | boolean): this {
    const whole = Number(value);
    this.value = (Math.imul(this.value, 31) + (whole | 0) + Math.floor(whole / 2 ** 32)) | 0;
    return this;
  }

  addBytes(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.length; at++) this.value = (Math.imul(this.value, 31) + bytes[at]!) | 0;
    return this.add(bytes.length);
  }
}
