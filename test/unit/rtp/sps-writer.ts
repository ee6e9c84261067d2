import { BitWriter } from './bit-writer.js';

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
