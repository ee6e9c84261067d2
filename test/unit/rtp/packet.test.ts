import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import { isRtcp, RtpPacket, writeRtpHeader } from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX, toHex } from './support.js';

const plain = hex('80 e0 1234 89abcdef deadbeef 010203');
const full = hex(`
  b2 60 ffff 00000001 80000000   cafe0001 cafe0002
  bede 0002 | 10 aa | 00 | 31 1234 | 00 00
  0a0b0c 000003`);

function parsed(bytes: Uint8Array): RtpPacket | null {
  const packet = new RtpPacket();
  return packet.parse(atEnd(bytes), PREFIX, bytes.length) ? packet : null;
}

function changed(bytes: Uint8Array, changes: Record<number, number>): Uint8Array {
  const copy = bytes.slice();
  for (const [index, value] of Object.entries(changes)) copy[Number(index)] = value;
  return copy;
}

describe('RtpPacket.parse', () => {
  it('reads a plain packet', () => {
    expect(parsed(plain)).toMatchObject({
      offset: PREFIX,
      length: 15,
      marker: true,
      payloadType: 96,
      sequenceNumber: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0xdeadbeef,
      csrcCount: 0,
      payloadOffset: PREFIX + 12,
      payloadLength: 3,
      paddingLength: 0,
      extensionProfile: 0,
      extensionLength: 0,
    });
  });

  it('reads CSRCs, extension and padding', () => {
    expect(parsed(full)).toMatchObject({
      marker: false,
      payloadType: 96,
      sequenceNumber: 0xffff,
      timestamp: 1,
      ssrc: 0x80000000,
      csrcCount: 2,
      extensionProfile: 0xbede,
      extensionOffset: PREFIX + 24,
      extensionLength: 8,
      payloadOffset: PREFIX + 32,
      payloadLength: 3,
      paddingLength: 3,
    });
  });

  it('forgets the packet before', () => {
    const packet = new RtpPacket();
    expect(packet.parse(atEnd(full), PREFIX, full.length)).toBe(true);
    expect(packet.findExtension(3)).toBeGreaterThan(0);
    expect(packet.parse(atEnd(plain), PREFIX, plain.length)).toBe(true);
    expect(packet).toMatchObject({ csrcCount: 0, paddingLength: 0, extensionLength: 0, extensionProfile: 0 });
    expect(packet.findExtension(3)).toBe(-1);
    expect(packet.elementLength).toBe(0);
  });

  it('accepts a packet without payload and one that is padding only', () => {
    expect(parsed(plain.slice(0, 12))).toMatchObject({ payloadLength: 0 });
    const padding = hex('a0 60 0001 00000000 00000001 000003');
    expect(parsed(padding)).toMatchObject({ payloadLength: 0, paddingLength: 3 });
  });

  it.each([
    ['version 0', changed(plain, { 0: 0x00 })],
    ['version 1', changed(plain, { 0: 0x40 })],
    ['version 3', changed(plain, { 0: 0xc0 })],
    ['more CSRCs than bytes', changed(plain, { 0: 0x81 })],
    ['an extension that is not there', changed(plain, { 0: 0x90 })],
    ['an extension longer than the packet', changed(full, { 23: 0x09 })],
    ['padding of zero', changed(full, { 37: 0 })],
    ['padding longer than the payload', changed(full, { 37: 7 })],
    ['padding without a byte to count it', changed(plain.slice(0, 12), { 0: 0xa0 })],
  ])('refuses %s', (_what, bytes) => {
    expect(parsed(bytes)).toBeNull();
  });

  it('refuses lengths that no packet has', () => {
    const packet = new RtpPacket();
    for (const length of [0, 11, -1, -100]) expect(packet.parse(atEnd(plain), PREFIX, length)).toBe(false);
  });

  it('reads nothing behind a packet cut at any byte', () => {
    const results = cutEverywhere(plain, (memory, offset, length) =>
      new RtpPacket().parse(memory, offset, length),
    );
    expect(results).toEqual([...Array(12).fill(false), true, true, true, true]);
    const packet = new RtpPacket();
    const outcomes = cutEverywhere(full, (memory, offset, length) => {
      if (!packet.parse(memory, offset, length)) return null;
      return [packet.findExtension(3), packet.elementLength, packet.payloadLength, packet.paddingLength];
    });
    // Cut in the payload the last byte left is taken for the padding's count: 0x0a and 0x0b are too many, 0
    // is too few.
    expect(outcomes).toEqual([...Array(38).fill(null), [PREFIX + 28, 2, 3, 3]]);
  });

  it('survives hostile bytes', () => {
    const packet = new RtpPacket();
    let accepted = 0;
    hostile(1, 20_000, [plain, full], (memory, offset, length) => {
      if (!packet.parse(memory, offset, length)) return;
      accepted++;
      const end = offset + length;
      expect(packet.payloadLength).toBeGreaterThanOrEqual(0);
      expect(packet.payloadOffset + packet.payloadLength + packet.paddingLength).toBe(end);
      for (const id of [0, 1, 3, 7, 14, 15, 255]) {
        const at = packet.findExtension(id);
        if (at < 0) continue;
        expect(at).toBeGreaterThanOrEqual(packet.extensionOffset);
        expect(at + packet.elementLength).toBeLessThanOrEqual(
          packet.extensionOffset + packet.extensionLength,
        );
      }
    });
    expect(accepted).toBeGreaterThan(2000);
  });
});

describe('isRtcp', () => {
  it('goes by the packet type', () => {
    const types = [0, 96, 191, 192, 200, 206, 223, 224, 255];
    const results = types.map((type) => isRtcp(atEnd(Uint8Array.of(0x80, type)), PREFIX, 2));
    expect(results).toEqual([false, false, false, true, true, true, true, false, false]);
  });

  it('needs two bytes', () => {
    expect(cutEverywhere(hex('80c8'), isRtcp)).toEqual([false, false, true]);
  });
});

describe('writeRtpHeader', () => {
  it('writes the fixed header and nothing else', () => {
    const memory = memoryOf(new Uint8Array(16).fill(0x77));
    expect(writeRtpHeader(memory, 2, true, 96, 0x1234, 0x89abcdef, 0xdeadbeef)).toBe(12);
    expect(toHex(memory, 0, 16)).toBe('777780e0123489abcdefdeadbeef7777');
  });

  it('cuts values to their fields and announces an extension', () => {
    const memory = memoryOf(new Uint8Array(12));
    writeRtpHeader(memory, 0, false, 0xff, 0x1_0002, 0x1_0000_0003, 0x1_0000_0004, true);
    expect(toHex(memory, 0, 12)).toBe('907f00020000000300000004');
  });

  it('is read back', () => {
    const memory = memoryOf(new Uint8Array(12));
    writeRtpHeader(memory, 0, true, 111, 65535, 4294967295, 1);
    const packet = new RtpPacket();
    expect(packet.parse(memory, 0, 12)).toBe(true);
    expect(packet).toMatchObject({
      marker: true,
      payloadType: 111,
      sequenceNumber: 65535,
      timestamp: 4294967295,
      ssrc: 1,
      payloadLength: 0,
    });
  });
});
