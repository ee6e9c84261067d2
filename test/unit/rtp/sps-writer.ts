/** Writes the bits of H.264 parameter sets for tests. */
export class BitWriter {
  private readonly bits: number[] = [];

  /** Bits written so far. */
  get length(): number {
    return this.bits.length;
  }

  u(count: number, value: number): this {
    for (let shift = count - 1; shift >= 0; shift--) this.bits.push(Math.floor(value / 2 ** shift) % 2);
    return this;
  }

  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.u(length, 0).u(length + 1, value + 1);
  }

  se(value: number): this {
    return this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** The bits with a stop bit, padded to whole bytes, without emulation prevention. */
  raw(): number[] {
    const bits = [...this.bits, 1];
    while (bits.length % 8 !== 0) bits.push(0);
    const bytes: number[] = [];
    for (let at = 0; at < bits.length; at += 8) {
      bytes.push(bits.slice(at, at + 8).reduce((byte, bit) => 2 * byte + bit, 0));
    }
    return bytes;
  }

  /** The NAL unit: header, then the payload with emulation prevention bytes (ITU-T H.264 7.4.1). */
  nal(header = 0x67): Uint8Array {
    const bytes = [header];
    let zeros = 0;
    for (const byte of this.raw()) {
      if (zeros >= 2 && byte <= 3) {
        bytes.push(3);
        zeros = 0;
      }
      bytes.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Uint8Array.from(bytes);
  }
}

export interface SpsFields {
  profile?: number;
  constraints?: number;
  level?: number;
  id?: number;
  /** Written in place of the High profiles' fields. */
  chroma?: (writer: BitWriter) => void;
  /** Written in place of picture order count type 2. */
  order?: (writer: BitWriter) => void;
  log2MaxFrameNumber?: number;
  referenceFrames?: number;
  columns: number;
  rows: number;
  framesOnly?: boolean;
  /** left, right, top, bottom, in cropping units */
  crop?: readonly [number, number, number, number];
}

/** A sequence parameter set (ITU-T H.264 7.3.2.1.1) without VUI, not closed yet. */
export function sps(fields: SpsFields): BitWriter {
  const writer = new BitWriter();
  writer
    .u(8, fields.profile ?? 66)
    .u(8, fields.constraints ?? 0xc0)
    .u(8, fields.level ?? 31);
  writer.ue(fields.id ?? 0);
  fields.chroma?.(writer);
  writer.ue(fields.log2MaxFrameNumber ?? 0);
  if (fields.order) fields.order(writer);
  else writer.ue(2);
  writer.ue(fields.referenceFrames ?? 1).u(1, 0);
  writer.ue(fields.columns - 1).ue(fields.rows - 1);
  const framesOnly = fields.framesOnly ?? true;
  writer.u(1, framesOnly ? 1 : 0);
  if (!framesOnly) writer.u(1, 1);
  writer.u(1, 1);
  writer.u(1, fields.crop ? 1 : 0);
  for (const amount of fields.crop ?? []) writer.ue(amount);
  return writer.u(1, 0);
}
