import { describe, expect, it } from 'vitest';
import type { WsPacket } from '../../../../src/egress/outputs/ws-packet.js';
import { WsPlayerWriter } from '../../../../src/egress/outputs/ws-player-writer.js';
import { WsReceiver } from '../../containers/websdk.js';
import { hex } from '../../rtp/support.js';
import { frame } from './h264-frames.js';

const KEY = hex('000001b3 1400f013 00000100 000f');
const SMALLER = hex('000001b3 0a007813 00000100 000f');
const INTER = hex('00000100 0057');
const SOUND = new Uint8Array(160).fill(0x42);

function makeWriter(hasAudio = true) {
  const packets: WsPacket[] = [];
  const sizes: string[] = [];
  const writer = new WsPlayerWriter({
    hasAudio,
    sink: (packet) => packets.push(packet),
    onVideoSize: (width, height) => sizes.push(`${width}x${height}`),
  });
  return { writer, packets, sizes };
}

function picture(writer: WsPlayerWriter, time: number, key: boolean, data = key ? KEY : INTER): void {
  writer.video(frame('video', time, data, { key }));
}

/** 25 pictures a second, a key frame every 20, and sound, for `pictures`. */
function stream(pictures: number, hasAudio = true, start = 0) {
  const made = makeWriter(hasAudio);
  for (let index = 0; index < pictures; index += 1) {
    const time = start + index * 40;
    picture(made.writer, time, index % 20 === 0);
    for (const offset of [0, 20]) made.writer.audio(frame('audio', time + offset, SOUND));
  }
  return made;
}

/** Kinds as they come: K key frame, v other pictures, a sound, r clock report. */
function kinds(packets: readonly WsPacket[]): string {
  return packets
    .map(({ data: [flags = 0] }) => ['', flags & 16 ? 'K' : 'v', 'a', 'r'][(flags >> 2) & 3])
    .join('');
}

/** What the SDK's receiver gives to its decoder of these. */
function play(packets: readonly WsPacket[]) {
  const receiver = new WsReceiver();
  for (const { data } of packets) receiver.receive(Uint8Array.from(data));
  receiver.step();
  return receiver.posted.find(({ message }) => message === 'AVData');
}

describe('WsPlayerWriter', () => {
  it('tells the clock behind each key frame and behind the next sound', () => {
    const { packets } = stream(22);
    expect(kinds(packets)).toBe(`Krara${'vaa'.repeat(19)}Kraravaa`);
    expect(packets.filter(({ key }) => key).map(({ time }) => time)).toEqual([10_000, 10_800]);
  });

  it('tells it once a second where key frames are further apart', () => {
    const { writer, packets } = makeWriter(false);
    for (let index = 0; index < 60; index += 1) picture(writer, index * 40, index === 0);
    expect(kinds(packets)).toBe(`Kr${'v'.repeat(25)}r${'v'.repeat(25)}r${'v'.repeat(9)}`);
  });

  it('has SSRCs that the player can compare', () => {
    for (let round = 0; round < 50; round += 1) {
      const { packets } = stream(1);
      const ssrcs = new Set(packets.map(({ data }) => Buffer.from(data).readUInt32BE(1)));
      expect(ssrcs.size).toBe(2);
      for (const ssrc of ssrcs) expect(ssrc > 0 && ssrc < 0x8000_0000).toBe(true);
    }
  });

  it.each([
    ['from the beginning', 0, 0],
    ['of hours ago', 20_000_000, 0],
    ['from a later key frame on', 0, 1],
  ])('is played by the SDK, picture and sound in step: %s', (_what, start, skip) => {
    const { packets } = stream(80, true, start);
    const keys = packets.flatMap(({ key }, index) => (key ? [index] : []));
    const data = play(packets.slice(keys[skip]))!;
    expect(data.video?.[0]).toMatchObject({ kframe: 1 });
    expect(data.audio!.length).toBeGreaterThan(0);
    expect(Math.abs(data.audio![0]!.sync - data.video![0]!.ts)).toBeLessThan(1);
  });

  it('is played by the SDK where there is no sound, and where none comes', () => {
    expect(play(stream(40, false).packets)?.video).toHaveLength(1);
    const { writer, packets } = makeWriter();
    for (let index = 0; index < 80; index += 1) picture(writer, index * 40, index % 20 === 0);
    expect(play(packets)?.audio?.length).toBeGreaterThan(0);
  });

  it('begins with a key frame, and again after a gap', () => {
    const { writer, packets } = makeWriter(false);
    picture(writer, 0, false);
    picture(writer, 40, true);
    writer.video(frame('video', 80, INTER, { discontinuity: true }));
    picture(writer, 120, false);
    picture(writer, 160, true);
    expect(kinds(packets)).toBe('KrKr');
  });

  it('says the size, when it changes', () => {
    const { writer, sizes } = makeWriter(false);
    for (const [index, data] of [KEY, KEY, SMALLER, hex('000001b300')].entries())
      picture(writer, index * 40, true, data);
    expect(sizes).toEqual(['320x240', '160x120']);
  });
});
