import { Arena, masterSaltLength, type SrtpProfile } from '../../src/native/index.js';
import { SrtpReceiver } from '../../src/transport/srtp-receiver.js';
import { SrtpSender } from '../../src/transport/srtp-sender.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex } from './seeds.js';

const MAX_LENGTH = 1500;
const MARGIN = 64;
const POISON = 0xa5;

/**
 * An input is taken as a packet that comes, then as one that goes: what was sealed opens again, once, and not after a
 * bit of it was changed. Nothing beside the packet is written, but for what a transform says it spills.
 */
export function srtpTarget(profile: SrtpProfile, kind: 'rtp' | 'rtcp'): FuzzTarget {
  const arena = new Arena(2 ** 18);
  const master = arena.require(64);
  const keys = { keyOffset: master, saltOffset: master + 16, saltLength: masterSaltLength(profile) };
  for (let at = 0; at < 64; at++) arena.u8[master + at] = 3 * at;
  const at = arena.require(4096) + MARGIN;
  const opened = arena.require(4096) + MARGIN;
  const sender = new SrtpSender(arena, profile, keys);
  let receiver = new SrtpReceiver(arena, profile, keys);
  const fresh = (): void => {
    receiver.close();
    receiver = new SrtpReceiver(arena, profile, keys);
  };
  const open = (offset: number, length: number): number =>
    kind === 'rtp' ? receiver.openRtp(offset, length) : receiver.openRtcp(offset, length);

  function garbage(input: Uint8Array): void {
    const { u8 } = arena;
    u8.fill(POISON, opened - MARGIN, opened + input.length + MARGIN);
    u8.set(input, opened);
    const plain = open(opened, input.length);
    promise(plain < 0, 'what nobody sealed is opened');
    promise(isPoison(opened - MARGIN, opened), 'writes in front of a packet');
    promise(isPoison(opened + input.length, opened + input.length + MARGIN), 'writes behind a packet');
  }

  function seal(input: Uint8Array): number {
    if (kind === 'rtcp') return sender.sealRtcp(at, input.length);
    const header = Math.min(input.length, headerLength(input));
    if (header < 12) return 0;
    return sender.sealRtp(
      at,
      header,
      at + header,
      input.length - header,
      arena.view.getUint16(at + 2, false),
    );
  }

  function roundTrip(input: Uint8Array): void {
    const { u8 } = arena;
    u8.fill(POISON, at - MARGIN, at + input.length + MARGIN);
    u8.set(input, at);
    // Receivers look at the version before they look at keys.
    u8[at] = 0x80 | (input[0]! & 0x3f);
    const plainText = u8.slice(at, at + input.length);
    const length = seal(plainText);
    if (length === 0) return;
    promise(isPoison(at - MARGIN, at), 'sealing writes in front of a packet');
    promise(
      isPoison(at + input.length + sender.room, at + input.length + MARGIN),
      'sealing writes behind it',
    );
    const sealed = u8.slice(at, at + length);
    fresh();
    for (const bit of [0, 1, 2, 3]) {
      const place = (input.length * 7 + bit * 131) % (8 * length);
      u8.set(sealed, opened);
      u8[opened + (place >> 3)]! ^= 1 << (place & 7);
      promise(open(opened, length) < 0, 'a changed packet is opened');
    }
    u8.set(sealed, opened);
    const plain = open(opened, length);
    promise(plain === input.length, `what was sealed is ${plain} when it is opened, not ${input.length}`);
    promise(Buffer.compare(u8.subarray(opened, opened + plain), plainText) === 0, 'it is something else');
    u8.set(sealed, opened);
    promise(open(opened, length) < 0, 'it opens twice');
  }

  function isPoison(from: number, to: number): boolean {
    for (let place = from; place < to; place++) if (arena.u8[place] !== POISON) return false;
    return true;
  }

  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    seeds: () =>
      kind === 'rtp'
        ? fromHex(
            '800f1234decafbadcafebabe' + 'ab'.repeat(60),
            '906f0001000003e8cafebabebede000110ff0000' + 'cd'.repeat(40),
          )
        : fromHex(
            '81c8000bcafebabe' + 'ab'.repeat(40),
            '81ce0002cafebabe00000002' + '00'.repeat(14) + '80000001',
          ),
    run(input) {
      garbage(input);
      if (input.length >= 8) roundTrip(input);
    },
  };
}

/** With CSRCs and extension, as a receiver counts it; too long where it does not fit. */
function headerLength(input: Uint8Array): number {
  const base = 12 + 4 * (input[0]! & 15);
  if ((input[0]! & 0x10) === 0) return base <= input.length ? base : 0;
  if (base + 4 > input.length) return 0;
  const whole = base + 4 + 4 * ((input[base + 2]! << 8) | input[base + 3]!);
  return whole <= input.length ? whole : 0;
}
