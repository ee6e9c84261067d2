import { describe, expect, it } from 'vitest';
import { MIN_PAYLOAD_LENGTH, packetizer } from '../../../src/rtp/index.js';
import { assembled, encodedFrames } from './encoded.js';
import { hex, random, toHex } from './support.js';

/** Packetizes one frame after the other: each frame's payloads in hex; the last of a frame must be told, and no other. */
function cutting(codec: string, pictureId = 0) {
  const cutter = packetizer(codec, pictureId)!;
  return (frame: Uint8Array, maxLength = 1200): string[] | null => {
    const payloads: string[] = [];
    const lasts: boolean[] = [];
    const done = cutter.packetize(frame, maxLength, {
      onPayload: (memory, offset, length, last) => {
        expect(length).toBeLessThanOrEqual(maxLength);
        payloads.push(toHex(memory, offset, length));
        lasts.push(last);
      },
    });
    expect(lasts).toEqual(payloads.map((_payload, index) => index === payloads.length - 1));
    expect(done).toBe(payloads.length > 0);
    return done ? payloads : null;
  };
}

const plain = (text: string) => text.replace(/\s/g, '');

describe.each(['H264', 'VP8'])('%s', (codec) => {
  it('comes back whole from payloads of any length', () => {
    const cut = cutting(codec);
    for (const frame of encodedFrames(codec)) {
      for (const maxLength of [MIN_PAYLOAD_LENGTH, 17, 100, 576, 1200, 65_000]) {
        const payloads = cut(frame, maxLength)!;
        expect(assembled(codec, payloads.map(hex))).toBe(Buffer.from(frame).toString('hex'));
      }
    }
  });

  it('is not cut into less than there must be room for', () => {
    expect(cutting(codec)(encodedFrames(codec)[0]!, MIN_PAYLOAD_LENGTH - 1)).toBeNull();
    expect(cutting(codec)(new Uint8Array(0))).toBeNull();
  });
});

describe('H.264 payloads', () => {
  const cut = cutting('H264');
  const of = (text: string, maxLength?: number) => cut(hex(text), maxLength);

  it('aggregate what stands before the slices', () => {
    expect(of('00000004 6742c01f 00000002 28ce 00000003 658884')).toEqual([
      plain('78 0004 6742c01f 0002 28ce'),
      '658884',
    ]);
    expect(of('00000002 09f0 00000002 0605 00000002 419a 00000002 419b')).toEqual([
      plain('18 0002 09f0 0002 0605'),
      '419a',
      '419b',
    ]);
  });

  it.each([
    0, 24, 28, 31,
  ])('are not made of a unit of type %i, which payloads have another use for', (type) => {
    expect(of(`00000002 65ff 00000002 ${(0x60 | type).toString(16)}ff`)).toBeNull();
  });

  it('leave alone what is alone', () => {
    expect(of('00000004 6742c01f')).toEqual(['6742c01f']);
    expect(of('00000004 6742c01f 00000002 6588')).toEqual(['6742c01f', '6588']);
    expect(of('00000002 6588 00000004 6742c01f 00000002 68ce')).toEqual([
      '6588',
      plain('78 0004 6742c01f 0002 68ce'),
    ]);
  });

  it('aggregate only what fits', () => {
    const unit = (first: string) => `00000005 ${first}aabbccdd`;
    expect(of(unit('67') + unit('68') + unit('06'), 16)).toEqual([
      plain('78 0005 67aabbccdd 0005 68aabbccdd'),
      '06aabbccdd',
    ]);
    const long = 'aa'.repeat(13);
    expect(of(`${unit('67')} 0000000e 06${long} ${unit('68')}`, 16)).toEqual([
      '67aabbccdd',
      `06${long}`,
      '68aabbccdd',
    ]);
  });

  it('are fragments of even length', () => {
    const payload = Array.from({ length: 30 }, (_value, index) => (0x10 + index).toString(16)).join('');
    expect(of(`0000001f 65${payload}`, 16)).toEqual([
      `7c85${payload.slice(0, 20)}`,
      `7c05${payload.slice(20, 40)}`,
      `7c45${payload.slice(40)}`,
    ]);
  });

  it.each([
    ['a cut length', '000000'],
    ['a length alone', '00000001'],
    ['an empty unit', '00000000 00000002 6588'],
    ['a cut unit', '00000002 6588 00000003 419a'],
    ['a damaged unit', '00000002 e588'],
    ['bytes behind the last unit', '00000002 6588 00'],
  ])('are none of a malformed access unit: %s', (_what, text) => {
    expect(of(text)).toBeNull();
  });

  it('are none of hostile ones, or all', () => {
    const next = random(23);
    for (let round = 0; round < 3000; round++) {
      const frame = encodedFrames('H264')[round % 4]!;
      for (let change = 0; change < 3; change++)
        frame[Math.floor(next() ** 4 * frame.length)] = Math.floor(next() * 256);
      const payloads = cut(frame, 64);
      // A type that only packets have goes out as it came, and is refused.
      const back = payloads && assembled('H264', payloads.map(hex));
      if (back) expect(back).toBe(Buffer.from(frame).toString('hex'));
    }
  });
});

describe('VP8 payloads', () => {
  it('number the pictures with 15 bits', () => {
    const cut = cutting('VP8', 0x7fff);
    const frame = hex('00'.repeat(15));
    expect(cut(frame, 16)).toEqual([`9080ffff${'00'.repeat(8)}`, `8080ffff${'00'.repeat(7)}`]);
    expect(cut(hex('aa'))).toEqual(['90808000aa']);
    expect(cut(hex('aa'))).toEqual(['90808001aa']);
  });
});

describe('sound', () => {
  it.each(['opus', 'PCMA', 'PCMU', 'G722'])('of %s is one payload, or too long', (codec) => {
    const cut = cutting(codec);
    expect(cut(hex('fc0102'))).toEqual(['fc0102']);
    expect(cut(hex('fc0102'), 3)).toEqual(['fc0102']);
    expect(cut(hex('fc0102'), 2)).toBeNull();
    expect(cut(hex(''))).toBeNull();
  });
});

it('other codecs are not known', () => {
  expect(packetizer('VP9')).toBeNull();
});
