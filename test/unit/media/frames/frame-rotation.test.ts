import { describe, expect, it } from 'vitest';
import { setUpFrames, wallClock } from '../support/frame-bench.js';
import { FrameSource, testCodecs } from '../support/frame-source.js';

const codec = (testCodecs.H264 as () => FrameSource['codec'])();
const id = 4;

/** The same packet with a header extension of one element, of one byte (RFC 8285 section 4.2); other lengths are no CVO. */
function withElement(packet: Uint8Array, value: number, length = 1): Uint8Array {
  const bytes = new Uint8Array(packet.length + 8);
  bytes.set(packet.subarray(0, 12));
  bytes[0] = bytes[0]! | 0x10;
  bytes.set([0xbe, 0xde, 0, 1, (id << 4) | (length - 1), value], 12);
  bytes.set(packet.subarray(12), 20);
  return bytes;
}

/** Frames whose last packets have these elements; null for none. @returns how far each is to be turned */
function rotations(
  values: readonly (number | null)[],
  { length = 1, uri = 'urn:3gpp:video-orientation' } = {},
) {
  const source = new FrameSource(codec, 3);
  const { arrive, report, frames } = setUpFrames([
    { ...source.codec.description, extensions: [{ id, uri }] },
  ]);
  for (const [place, value] of values.entries()) {
    const packets = source.frame(place === 0);
    const last = packets.pop() as Uint8Array;
    arrive(packets, place * 33);
    if (place === 0) report(source.ssrc, wallClock, source.firstTimestamp);
    arrive([value === null ? last : withElement(last, value, length)], place * 33);
  }
  expect(frames).toHaveLength(values.length);
  return frames.map(({ rotation }) => rotation);
}

describe('how far a picture is to be turned', () => {
  it('is what its last packet says, and holds until another says otherwise', () => {
    expect(rotations([1, null, 2, null, 3, 0, null])).toEqual([90, 90, 180, 180, 270, undefined, undefined]);
  });

  it('is nothing else of what the element has', () => {
    expect(rotations([0xf9, 0x0c])).toEqual([90, undefined]);
  });

  it('is not told by an element of another length, or one that was not agreed on', () => {
    expect(rotations([1, 2], { length: 2 })).toEqual([undefined, undefined]);
    expect(rotations([1, 2], { uri: 'urn:example:other' })).toEqual([undefined, undefined]);
  });
});
