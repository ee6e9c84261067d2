import { afterEach, describe, expect, it } from 'vitest';
import { Arena } from '../../../src/native/index.js';
import { FRAME_TOO_LONG, FrameReader, NO_FRAME } from '../../../src/transport/frame-reader.js';

const LONGEST = 100;
const arena = new Arena(2 ** 20);
const buffer = arena.require(4096);
const used = arena.used;

afterEach(() => expect(arena.used).toBe(used));

/** Feeds a reader as a connection would, a chunk at a time. @returns the frames, in hexadecimal */
function read(reader: FrameReader, chunks: readonly Buffer[]): string[] {
  const frames: string[] = [];
  for (const chunk of chunks) {
    const rest = reader.resume(buffer);
    arena.u8.set(chunk, rest);
    reader.take(buffer, rest + chunk.length);
    let length = reader.next();
    for (; length >= 0; length = reader.next()) {
      frames.push(Buffer.from(arena.u8.subarray(reader.offset, reader.offset + length)).toString('hex'));
    }
    if (length === FRAME_TOO_LONG) return [...frames, 'too long'];
    expect(length).toBe(NO_FRAME);
    expect(reader.keep()).toBe(true);
  }
  return frames;
}

function readerOf(): FrameReader {
  return new FrameReader(arena, LONGEST);
}

const whole = Buffer.from('0003aabbcc00000001dd0002eeff', 'hex');
const frames = ['aabbcc', '', 'dd', 'eeff'];

describe('FrameReader', () => {
  it('cuts several frames out of one segment, empty ones among them', () => {
    expect(read(readerOf(), [whole])).toEqual(frames);
  });

  it('puts frames together that were cut at any byte', () => {
    for (let cut = 0; cut <= whole.length; cut++) {
      for (let second = cut; second <= whole.length; second++) {
        const chunks = [whole.subarray(0, cut), whole.subarray(cut, second), whole.subarray(second)];
        expect(read(readerOf(), chunks)).toEqual(frames);
      }
    }
    expect(
      read(
        readerOf(),
        [...whole].map((byte) => Buffer.from([byte])),
      ),
    ).toEqual(frames);
  });

  it('takes a frame of the greatest length, and none that is longer by its header alone', () => {
    const longest = Buffer.alloc(2 + LONGEST, 7);
    longest.writeUInt16BE(LONGEST);
    expect(read(readerOf(), [longest.subarray(0, 50), longest.subarray(50)])).toEqual(['07'.repeat(LONGEST)]);
    const tooLong = Buffer.from('00650000', 'hex');
    expect(read(readerOf(), [whole, tooLong])).toEqual([...frames, 'too long']);
    expect(read(readerOf(), [Buffer.from('ff', 'hex'), Buffer.from('ff', 'hex')])).toEqual(['too long']);
  });

  it('takes longer frames once they are allowed, also behind the one that made it so', () => {
    const reader = readerOf();
    const long = Buffer.alloc(202, 9);
    long.writeUInt16BE(200);
    expect(read(reader, [whole])).toEqual(frames);
    reader.allow(200);
    expect(read(reader, [long.subarray(0, 150), long.subarray(150)])).toEqual(['09'.repeat(200)]);
  });

  it('holds memory only while a frame is incomplete, and gives it back when closed', () => {
    const reader = readerOf();
    read(reader, [whole.subarray(0, 4)]);
    expect(arena.used).toBeGreaterThan(used);
    read(reader, [whole.subarray(4)]);
    expect(arena.used).toBe(used);
    read(reader, [whole.subarray(0, 1)]);
    reader.close();
  });

  it('says when there is no memory to keep a part in', () => {
    const full = new Arena(2 ** 16);
    const at = full.require(64);
    while (full.allocate(64) >= 0);
    const reader = new FrameReader(full, LONGEST);
    reader.take(at, at + 1);
    expect(reader.next()).toBe(NO_FRAME);
    expect(reader.keep()).toBe(false);
  });
});
