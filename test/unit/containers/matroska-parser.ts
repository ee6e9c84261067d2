/** A reader of live Matroska that knows just what the tests need, written from RFC 8794 and RFC 9559 alone. */

export interface Block {
  readonly track: number;
  /** ms */
  readonly time: number;
  readonly key: boolean;
  readonly data: Uint8Array;
}

export interface Matroska {
  /** Of each TrackEntry its children by their ids: codec ids as text, others in hexadecimal. */
  readonly tracks: Record<string, string>[];
  readonly blocks: Block[];
}

const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const TRACK_ENTRY = 0xae;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const CODEC_ID = 0x86;
/** What is read as if its children were where it is. */
const TRANSPARENT = new Set([SEGMENT, TRACKS, CLUSTER]);

export function readMatroska(bytes: Uint8Array): Matroska {
  const tracks: Record<string, string>[] = [];
  const blocks: Block[] = [];
  let cluster = Number.NaN;
  for (const { id, body } of elements(bytes)) {
    if (id === TRACK_ENTRY) tracks.push(children(body));
    else if (id === TIMESTAMP) cluster = Number.parseInt(Buffer.from(body).toString('hex'), 16);
    else if (id === SIMPLE_BLOCK) blocks.push(readBlock(body, cluster));
  }
  return { tracks, blocks };
}

function readBlock(body: Uint8Array, cluster: number): Block {
  const time = (cluster + Buffer.from(body).readInt16BE(1)) / 10;
  return { track: (body[0]! & 0x7f) - 1, time, key: body[3] === 0x80, data: body.slice(4) };
}

function children(bytes: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { id, body } of elements(bytes))
    found[id.toString(16)] = Buffer.from(body).toString(id === CODEC_ID ? 'latin1' : 'hex');
  return found;
}

function* elements(bytes: Uint8Array): Generator<{ id: number; body: Uint8Array }> {
  let at = 0;
  while (at < bytes.length) {
    const idLength = widthOf(bytes[at]!);
    const id = Number.parseInt(Buffer.from(bytes.subarray(at, at + idLength)).toString('hex'), 16);
    at += idLength;
    const sizeLength = widthOf(bytes[at]!);
    let size = bytes[at]! & (0x7f >> (sizeLength - 1));
    for (let index = 1; index < sizeLength; index++) size = size * 256 + bytes[at + index]!;
    at += sizeLength;
    if (TRANSPARENT.has(id)) continue;
    if (at + size > bytes.length) throw new Error(`element ${id.toString(16)} is longer than what is left`);
    yield { id, body: bytes.subarray(at, at + size) };
    at += size;
  }
}

/** Bytes of a variable-size integer, by the leading zeros of its first. */
function widthOf(first: number): number {
  return Math.clz32(first) - 24 + 1;
}
