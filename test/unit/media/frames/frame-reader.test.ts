import { describe, expect, it } from 'vitest';
import type { Publisher } from '../../../../src/media/index.js';
import { EncodingSource } from '../support/encoding-source.js';
import { beginFrames, sendFrame, setUpFrames, wallClock } from '../support/frame-bench.js';
import { FrameSource, testCodecs } from '../support/frame-source.js';
import { rtpPacket } from '../support/packets.js';
import { simulcast } from '../support/simulcast-bench.js';

const codecOf = (name: string) => (testCodecs[name] as () => FrameSource['codec'])();
const interval = 100 / 3;

function single(name = 'H264') {
  const source = new FrameSource(codecOf(name), 11);
  const bench = setUpFrames([source.codec.description]);
  const ordinals = () => bench.frames.map(({ timestamp }) => source.ordinalOf(timestamp));
  return { ...bench, source, ordinals };
}

/** The same packet with another number, or without its marker. */
function changed(packet: Uint8Array, { shift = 0, unmarked = false }): Uint8Array {
  const bytes = packet.slice();
  const view = new DataView(bytes.buffer);
  view.setUint16(2, (view.getUint16(2) + shift) & 0xffff);
  if (unmarked) view.setUint8(1, view.getUint8(1) & 0x7f);
  return bytes;
}

describe('FrameReader', () => {
  it('takes a frame without marker for whole when the next one begins', () => {
    const { source, arrive, report, frames, ordinals } = single();
    const [first, ...rest] = source.frame(true);
    arrive([first as Uint8Array], 0);
    report(source.ssrc, wallClock, source.firstTimestamp);
    arrive(
      rest.map((packet) => changed(packet, { unmarked: true })),
      0,
    );
    expect(frames).toEqual([]);
    arrive(source.frame(false), interval);
    expect(ordinals()).toEqual([0, 1]);
    expect(frames[0]?.data).toEqual(source.frames[0]?.data);
  });

  it('passes over packets of padding alone, wherever they lie', () => {
    const { source, frames, ...bench } = single();
    beginFrames({ frames, ...bench }, source, 0);
    let shift = 0;
    for (let at = 1; at < 20; at += 1) {
      const packets = source.frame(false).flatMap((packet) => {
        const sequence = source.firstSequence + source.packets.indexOf(packet) + shift;
        shift += 1;
        // Of a moment that no frame has, amid one.
        const padding = rtpPacket({
          sequence: sequence & 0xffff,
          ssrc: source.ssrc,
          timestamp: source.timestampOf(at) + 7,
          payload: new Uint8Array(0),
        });
        return [padding, changed(packet, { shift })];
      });
      bench.arrive(packets, at * interval);
    }
    expect(frames.map(({ data }) => data)).toEqual(source.frames.map(({ data }) => data));
    expect(frames.filter(({ discontinuity }) => discontinuity)).toHaveLength(1);
  });

  it('gives nothing of a picture that it has come into the middle of', () => {
    const { source, arrive, report, frames, ordinals, asked } = single();
    const [, , ...rest] = source.frame(true);
    arrive(rest.slice(0, 1), 0);
    report(source.ssrc, wallClock, source.firstTimestamp);
    arrive(rest.slice(1), 0);
    arrive(source.frame(false), interval);
    arrive(source.frame(false), 2 * interval);
    expect(ordinals()).toEqual([1, 2]);
    expect(frames.map(({ key, discontinuity }) => [key, discontinuity])).toEqual([
      [false, true],
      [false, false],
    ]);
    expect(asked).toHaveLength(1);
  });

  it('goes on with a publisher that starts anew, by its new numbers and clock', () => {
    const { source, frames, ...bench } = single('VP8');
    beginFrames({ frames, ...bench }, source, 0);
    for (let at = 1; at < 30; at += 1) sendFrame({ frames, ...bench }, source, at * interval);
    const anew = new FrameSource(codecOf('VP8'), 12, 0x1234_5678, 100, 77);
    for (let at = 30; at < 60; at += 1) {
      sendFrame({ frames, ...bench }, anew, at * interval, at === 30 || at === 40);
      if (at === 33) bench.report(anew.ssrc, wallClock + at * interval, anew.timestampOf(3));
    }
    bench.run(5000);
    const before = frames.slice(0, 30);
    expect(before.map(({ data }) => data)).toEqual(source.frames.map(({ data }) => data));
    const after = frames.slice(30);
    const ordinals = after.map(({ timestamp }) => anew.ordinalOf(timestamp));
    expect(after.map(({ data }) => data)).toEqual(ordinals.map((at) => anew.frames[at]?.data));
    expect(ordinals.at(-1)).toBe(29);
    expect(ordinals.length).toBeGreaterThan(19);
    expect(after.map(({ discontinuity }) => discontinuity)).toEqual(after.map((_, at) => at === 0));
    for (const [at, { time }] of after.entries())
      expect(Math.abs(time - (30 + (ordinals[at] as number)) * interval)).toBeLessThan(2);
  });

  it('stands still, and asks for nothing, once closed, even amid what it gives', () => {
    const { source, frames, asked, agenda, reader, publisher, ...bench } = single();
    beginFrames({ frames, asked, agenda, reader, publisher, ...bench }, source, 0);
    const packets = [1, 2, 3].flatMap(() => source.frame(false));
    const closing = setUpFrames([source.codec.description], () => {
      if (closing.frames.length === 2) closing.reader.close();
    });
    closing.arrive([source.packets[0] as Uint8Array], 0);
    closing.report(source.ssrc, wallClock, source.firstTimestamp);
    closing.arrive([...source.packets.slice(1), ...packets.slice(-1)], 1);
    expect(closing.frames).toHaveLength(2);
    expect(closing.publisher.feed.readerCount).toBe(0);
    closing.run(10_000);
    expect(closing.frames).toHaveLength(2);
    expect(closing.reader.onTime(20_000)).toBe(Number.POSITIVE_INFINITY);
    expect(closing.asked).toEqual([]);
  });

  it('survives random bytes in place of every payload', () => {
    for (const name of Object.keys(testCodecs)) {
      const source = new FrameSource(codecOf(name), 13);
      const bench = setUpFrames([source.codec.description]);
      beginFrames(bench, source, 0);
      let state = 1;
      for (let at = 1; at < 300; at += 1) {
        const packets = source.frame(at % 50 === 0).map((packet) => {
          const bytes = packet.slice(0, 12 + ((state >>> 8) % (packet.length - 11)));
          for (let index = 12; index < bytes.length; index += 1) {
            state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
            bytes[index] = state >>> 16;
          }
          return bytes;
        });
        bench.arrive(packets, at * 10);
      }
      bench.run(10_000);
      const { frames } = bench;
      for (const [at, { time }] of frames.slice(1).entries())
        expect(time).toBeGreaterThanOrEqual((frames[at] as (typeof frames)[0]).time);
      expect(bench.reader.lost).toBe(0);
    }
  });
});

describe('of a simulcast publisher', () => {
  const source = (rid: string, ssrc: number, width: number, height: number) =>
    new EncodingSource({ rid, ssrc, width, height, firstSequence: ssrc * 977, firstTimestamp: ssrc * 1e8 });

  function play() {
    const bench = setUpFrames([simulcast]);
    const sources = { q: source('q', 1, 160, 90), f: source('f', 3, 640, 360) };
    /** Sizes by what leads: small frames of q, large ones of f. */
    const send = (rid: 'q' | 'f', now: number, key: boolean) => {
      const packets = sources[rid].picture(now, { key, size: rid === 'q' ? 60 : 300 });
      bench.arrive(packets.slice(0, 1), now);
      const { ssrc, firstTimestamp } = sources[rid].options;
      if (key) bench.report(ssrc, wallClock + now, firstTimestamp + Math.round(now * 90));
      bench.arrive(packets.slice(1), now);
    };
    const rids = () => bench.frames.map(({ data }) => (data.length > 300 ? 'f' : 'q'));
    return { ...bench, send, rids };
  }

  it('goes to the largest at its key frame, without a gap, and its times go on', () => {
    const { send, rids, frames, asked } = play();
    for (let at = 0; at < 60; at += 1) {
      send('q', at * 33, at === 0);
      if (at >= 20) send('f', at * 33 + 2, at === 20);
    }
    expect(rids().join('')).toBe(`${'q'.repeat(21)}${'f'.repeat(40)}`);
    const change = frames[21];
    expect([change?.key, change?.discontinuity]).toEqual([true, true]);
    for (const [at, { time }] of frames.slice(1).entries())
      expect(time).toBeGreaterThanOrEqual((frames[at] as (typeof frames)[0]).time);
    expect(Math.abs((frames.at(-1)?.time ?? 0) - 59 * 33)).toBeLessThan(3);
    expect(asked).toEqual([]);
  });

  it('stays with what it has until the larger one has a key frame that is not of the past', () => {
    const { send, rids, frames, asked, publisher, run } = play();
    // The larger one falls silent, and comes back.
    for (let at = 0; at < 200; at += 1) {
      send('q', at * 33, at === 0 || at === 100);
      if (at < 20 || at > 140) send('f', at * 33 + 2, at === 0 || at === 180);
      if (at % 10 === 0) lead(publisher, at * 33);
    }
    run(6700);
    const text = rids().join('');
    expect(text).toMatch(/^q?f{20}q+f{20}$/);
    expect(text.match(/q+f+$/)?.[0].length).toBeGreaterThan(90);
    // For the smaller one, then for the larger.
    expect(asked.map(([, index]) => index)).toEqual([0, 2]);
    for (const [at, { time }] of frames.slice(1).entries())
      expect(time).toBeGreaterThanOrEqual((frames[at] as (typeof frames)[0]).time);
  });
});

/** As the publisher does once a second. */
function lead({ tracks }: Publisher, now: number): void {
  tracks[0]?.encodings?.refresh(now);
}
