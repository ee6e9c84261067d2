/** Element IDs (RFC 9559 section 5, RFC 8794), with their length markers as they stand in the file. */
export const id = {
  EBML: 0x1a45dfa3,
  EBMLVersion: 0x4286,
  EBMLReadVersion: 0x42f7,
  EBMLMaxIDLength: 0x42f2,
  EBMLMaxSizeLength: 0x42f3,
  DocType: 0x4282,
  DocTypeVersion: 0x4287,
  DocTypeReadVersion: 0x4285,
  Void: 0xec,
  Segment: 0x18538067,
  SeekHead: 0x114d9b74,
  Seek: 0x4dbb,
  SeekID: 0x53ab,
  SeekPosition: 0x53ac,
  Info: 0x1549a966,
  TimestampScale: 0x2ad7b1,
  Duration: 0x4489,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,
  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackUID: 0x73c5,
  TrackType: 0x83,
  FlagLacing: 0x9c,
  CodecID: 0x86,
  CodecPrivate: 0x63a2,
  SeekPreRoll: 0x56bb,
  Video: 0xe0,
  PixelWidth: 0xb0,
  PixelHeight: 0xba,
  Projection: 0x7670,
  ProjectionType: 0x7671,
  ProjectionPoseRoll: 0x7675,
  Audio: 0xe1,
  SamplingFrequency: 0xb5,
  Channels: 0x9f,
  BitDepth: 0x6264,
  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
  Cues: 0x1c53bb6b,
  CuePoint: 0xbb,
  CueTime: 0xb3,
  CueTrackPositions: 0xb7,
  CueTrack: 0xf7,
  CueClusterPosition: 0xf1,
} as const;

/** An element with a size of four bytes, which holds up to 256 MiB (RFC 8794 section 6). */
export function element(name: number, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const head = elementHead(
    name,
    contents.reduce((sum, part) => sum + part.length, 0),
  );
  const bytes = new Uint8Array(head.length + contents.reduce((sum, part) => sum + part.length, 0));
  bytes.set(head);
  let at = head.length;
  for (const part of contents) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The size of an empty Void. */
export const voidHead = 5;

/** What stands before the contents of an element of this size. */
export function elementHead(name: number, size: number): number[] {
  return [...idBytes(name), 0x10 | ((size >>> 24) & 15), (size >>> 16) & 255, (size >>> 8) & 255, size & 255];
}

export function idBytes(name: number): number[] {
  const bytes = [(name >>> 24) & 255, (name >>> 16) & 255, (name >>> 8) & 255, name & 255];
  return bytes.slice(bytes.findIndex((byte) => byte !== 0));
}

/** An unsigned integer of as many bytes as asked for. */
export function uint(name: number, value: number, bytes = 4): Uint8Array {
  const digits: number[] = [];
  for (let i = bytes - 1; i >= 0; i--) digits.push(Math.floor(value / 2 ** (8 * i)) & 255);
  return element(name, digits);
}

export function float(name: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return element(name, bytes);
}

export const text = (name: number, value: string): Uint8Array => element(name, Buffer.from(value, 'utf8'));
