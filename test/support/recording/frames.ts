import { readFileSync } from 'node:fs';
import type { AudioCodec, AudioTrack, VideoCodec } from '../../../src/containers/index.js';
import type { ReadCodecConfig } from '../../../src/egress/recording/index.js';
import type { MediaFrame } from '../../../src/media/index.js';
import type { VideoConfig } from '../../../src/rtp/index.js';

/** Real frames of 2 s, the first a key frame: test/fixtures/recording/make.mjs. */
export interface FrameFixture {
  readonly codec: string;
  readonly config: VideoConfig;
  readonly frames: readonly { readonly time: number; readonly key: boolean; readonly data: Uint8Array }[];
}

interface Stored {
  readonly codec: string;
  readonly config: { codec: string; description?: string; width: number; height: number };
  readonly frames: { time: number; key: boolean; data: string }[];
}

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

export function loadFrames(name: string): FrameFixture {
  const url = new URL(`../../fixtures/recording/${name}.json`, import.meta.url);
  const { codec, config, frames } = JSON.parse(readFileSync(url, 'utf8')) as Stored;
  const { description, ...rest } = config;
  return {
    codec,
    config: { ...rest, description: description === undefined ? null : bytes(description) },
    frames: frames.map(({ time, key, data }) => ({ time, key, data: bytes(data) })),
  };
}

const fixtureLength = 2000;

/** A fixture's pictures over and over, from one time to another, ms. */
export function video(fixture: FrameFixture, from: number, to: number): MediaFrame[] {
  const frames: MediaFrame[] = [];
  for (let lap = from; lap < to; lap += fixtureLength)
    for (const { time, key, data } of fixture.frames)
      if (lap + time < to) frames.push(frame('video', key, lap + time, data));
  return frames;
}

/** Packets of sound of 20 ms. */
export function sound(codec: AudioCodec, from: number, to: number): MediaFrame[] {
  const opus = codec === 'opus' ? loadFrames('opus').frames : [];
  const frames: MediaFrame[] = [];
  for (let i = 0; from + i * 20 < to; i++) {
    const data = codec === 'opus' ? opus[i % 100]!.data : tone(i);
    frames.push(frame('audio', true, from + i * 20, data));
  }
  return frames;
}

function frame(kind: 'audio' | 'video', key: boolean, time: number, data: Uint8Array): MediaFrame {
  return { kind, key, time, timestamp: time * (kind === 'video' ? 90 : 48), data, discontinuity: false };
}

/** 160 bytes that are no silence in G.711. */
function tone(index: number): Uint8Array {
  return Uint8Array.from({ length: 160 }, (_, i) => (((i + index) >> 3) & 1 ? 0xa0 : 0x20));
}

export function audioTrack(codec: AudioCodec): AudioTrack {
  return codec === 'opus'
    ? { kind: 'audio', codec, clockRate: 48_000, channels: 1 }
    : { kind: 'audio', codec, clockRate: 8000, channels: 1 };
}

export const inOrder = (...lists: readonly MediaFrame[][]): MediaFrame[] =>
  lists.flat().sort((a, b) => a.time - b.time);

/** Knows the key frames of these fixtures. */
export function configsOf(...fixtures: readonly FrameFixture[]): ReadCodecConfig {
  return (codec: VideoCodec, keyFrame) =>
    fixtures.find(
      (fixture) => fixture.codec === codec && Buffer.compare(fixture.frames[0]!.data, keyFrame) === 0,
    )?.config ?? null;
}
