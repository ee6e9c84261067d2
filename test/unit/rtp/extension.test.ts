import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import { ExtensionWriter, RtpPacket, writeRtpHeader } from '../../../src/rtp/index.js';
import { atEnd, hex, PREFIX, toHex } from './support.js';

const HEADER = '90 60 0001 00000000 00000001';
/** Where the elements begin in a packet of `HEADER` and an extension. */
const ELEMENTS = PREFIX + 16;

/** Where element `id` is, counted from the first element, and its length; null when it is not found. */
function find(extension: string, id: number): [number, number] | null {
  const bytes = hex(HEADER + extension);
  const packet = new RtpPacket();
  expect(packet.parse(atEnd(bytes), PREFIX, bytes.length)).toBe(true);
  const at = packet.findExtension(id);
  return at < 0 ? null : [at - ELEMENTS, packet.elementLength];
}

describe('findExtension', () => {
  it('finds one-byte elements among padding', () => {
    const extension = 'bede 0003 | 10 ff | 00 00 | 52 010203 | e1 aabb | 00';
    expect(find(extension, 1)).toEqual([1, 1]);
    expect(find(extension, 5)).toEqual([5, 3]);
    expect(find(extension, 14)).toEqual([9, 2]);
    expect(find(extension, 2)).toBeNull();
  });

  it('takes the first of two elements with one id', () => {
    expect(find('bede 0001 | 10 aa | 10 bb', 1)).toEqual([1, 1]);
  });

  it('finds two-byte elements, empty ones too', () => {
    const extension = '1000 0003 | 01 00 | 00 | ff 04 01020304 | 10 01 aa';
    expect(find(extension, 1)).toEqual([2, 0]);
    expect(find(extension, 255)).toEqual([5, 4]);
    expect(find(extension, 16)).toEqual([11, 1]);
    expect(find(extension, 4)).toBeNull();
  });

  it("leaves the two-byte form's application bits alone", () => {
    expect(find('100f 0001 | 07 02 aabb', 7)).toEqual([2, 2]);
  });

  it('ends at id 15, and at id 0 with a length', () => {
    const fifteen = 'bede 0002 | 10 aa | f0 bb | 20 cc | 00 00';
    expect(find(fifteen, 1)).toEqual([1, 1]);
    expect(find(fifteen, 15)).toBeNull();
    expect(find(fifteen, 2)).toBeNull();
    const zero = 'bede 0002 | 10 aa | 01 bbcc | 20 dd | 00';
    expect(find(zero, 1)).toEqual([1, 1]);
    expect(find(zero, 2)).toBeNull();
  });

  it('finds what precedes an element that overruns, not the element', () => {
    expect(find('bede 0001 | 10 aa | 21 bb', 1)).toEqual([1, 1]);
    expect(find('bede 0001 | 10 aa | 21 bb', 2)).toBeNull();
    expect(find('bede 0001 | 00 00 00 | 20', 2)).toBeNull();
    expect(find('1000 0001 | 01 00 | 02 01', 1)).toEqual([2, 0]);
    expect(find('1000 0001 | 01 00 | 02 01', 2)).toBeNull();
    expect(find('1000 0001 | 01 01 aa | 02', 2)).toBeNull();
  });

  it('knows no id 0 and no other profile', () => {
    expect(find('bede 0001 | 00 00 00 00', 0)).toBeNull();
    expect(find('1000 0001 | 00 00 00 00', 0)).toBeNull();
    expect(find('abcd 0001 | 10 aa 00 00', 1)).toBeNull();
    expect(find('bede 0000', 1)).toBeNull();
  });
});

describe('ExtensionWriter', () => {
  const memory = memoryOf(new Uint8Array(64));
  const writer = new ExtensionWriter();

  it('writes elements, padding and header', () => {
    memory.u8.fill(0x77);
    memory.u8.set([1, 2, 3], 40);
    writer.begin(memory, 4);
    expect(writer.addUint(1, 0xfffe, 2)).toBe(true);
    expect(writer.add(14, 40, 3)).toBe(true);
    expect(writer.end()).toBe(12);
    expect(toHex(memory, 0, 20)).toBe('77777777bede000211fffee20102030077777777');
  });

  it('pads nothing that is a multiple of 4 already', () => {
    writer.begin(memory, 0);
    writer.addUint(3, 0x123456, 3);
    expect(writer.end()).toBe(8);
    expect(toHex(memory, 0, 8)).toBe('bede000132123456');
  });

  it('writes integers of 1 to 4 bytes', () => {
    writer.begin(memory, 0);
    writer.addUint(1, 0xff, 1);
    writer.addUint(2, 0xfffefdfc, 4);
    writer.addUint(3, 0x1_2345, 2);
    expect(writer.end()).toBe(16);
    expect(toHex(memory, 0, 16)).toBe('bede000310ff23fffefdfc3123450000');
  });

  it('writes nothing when nothing was added', () => {
    memory.u8.fill(0x77);
    writer.begin(memory, 0);
    expect(writer.end()).toBe(0);
    expect(toHex(memory, 0, 8)).toBe('7777777777777777');
  });

  it('refuses what the one-byte form cannot say', () => {
    writer.begin(memory, 0);
    expect(writer.add(0, 40, 1)).toBe(false);
    expect(writer.add(15, 40, 1)).toBe(false);
    expect(writer.add(1, 40, 0)).toBe(false);
    expect(writer.add(1, 40, 17)).toBe(false);
    expect(writer.addUint(1, 1, 5)).toBe(false);
    expect(writer.addUint(1, 1, 0)).toBe(false);
    expect(writer.addUint(15, 1, 1)).toBe(false);
    expect(writer.end()).toBe(0);
    writer.begin(memory, 0);
    expect(writer.add(1, 40, 16)).toBe(true);
    expect(writer.end()).toBe(24);
  });

  it('writes the two-byte form', () => {
    memory.u8.set([1, 2, 3], 40);
    writer.begin(memory, 0, true);
    expect(writer.addUint(16, 0xfffe, 2)).toBe(true);
    expect(writer.add(1, 40, 3)).toBe(true);
    expect(writer.addBytes(255, Uint8Array.of(9))).toBe(true);
    expect(writer.end()).toBe(16);
    expect(toHex(memory, 0, 16)).toBe('100000031002fffe0103010203ff0109');
    writer.begin(memory, 0);
    expect(writer.addBytes(14, Uint8Array.of(9, 8))).toBe(true);
    expect(writer.end()).toBe(8);
    expect(toHex(memory, 0, 8)).toBe('bede0001e1090800');
  });

  it('refuses what the two-byte form cannot say', () => {
    writer.begin(memory, 0, true);
    for (const id of [0, 15, 256]) expect(writer.add(id, 40, 1)).toBe(false);
    expect(writer.add(16, 40, 0)).toBe(false);
    expect(writer.addBytes(16, new Uint8Array(256))).toBe(false);
    expect(writer.addUint(16, 1, 5)).toBe(false);
    expect(writer.end()).toBe(0);
    const large = memoryOf(new Uint8Array(600));
    large.u8.fill(9, 300, 555);
    writer.begin(large, 0, true);
    expect(writer.add(14, 300, 17)).toBe(true);
    expect(writer.position).toBe(23);
    expect(writer.end()).toBe(24);
    expect(toHex(large, 0, 24)).toBe(`100000050e11${'09'.repeat(17)}00`);
    writer.begin(large, 0, true);
    expect(writer.add(16, 300, 255)).toBe(true);
    expect(writer.end()).toBe(264);
    expect(toHex(large, 0, 7)).toBe('1000004110ff09');
  });

  it.each([
    [false, 'bede0001220a0b0c'],
    [true, '1000000202030a0b0c000000'],
  ])('copies a value from where the element is about to be (two-byte form: %s)', (twoByte, text) => {
    const small = memoryOf(hex('00000000 0a0b0c 7777777777'));
    writer.begin(small, 0, twoByte);
    expect(writer.add(2, 4, 3)).toBe(true);
    expect(writer.end()).toBe(text.length / 2);
    expect(toHex(small, 0, text.length / 2)).toBe(text);
  });

  it('is read back', () => {
    const header = writeRtpHeader(memory, 0, false, 96, 1, 2, 3, true);
    memory.u8.set([9, 8, 7, 6, 5], 50);
    writer.begin(memory, header);
    writer.addUint(5, 0xabcd, 2);
    writer.add(7, 50, 5);
    const length = header + writer.end();
    const packet = new RtpPacket();
    expect(packet.parse(memory, 0, length)).toBe(true);
    expect(packet.payloadLength).toBe(0);
    expect(memory.view.getUint16(packet.findExtension(5))).toBe(0xabcd);
    expect(toHex(memory, packet.findExtension(7), packet.elementLength)).toBe('0908070605');
  });
});
