import { describe, expect, it } from 'vitest';
import {
  mseAudioConfiguration,
  mseAudioFrame,
  mseVideoConfiguration,
  mseVideoFrame,
} from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { join, text } from './support.js';
import { loadMseDemuxer, type MseEvent } from './websdk.js';

const MseDemuxer = loadMseDemuxer();

/** What x264 makes of 320x240: Constrained Baseline, and High with its four bytes behind the parameter sets. */
const BASELINE = hex('0142c00bffe100166742c00bda0507ec0440000003004000000523c50aa801000468ce0fc8');
const HIGH = hex('0164000bffe100176764000bacb40a0fd80880000003008000000a078a155001000468ef0fcbfdf8f800');
const AAC = hex('1190');
const KEY = hex('00000003 658801');
const INTER = hex('00000002 419a');
const SOUND = hex('2122');

/** What the SDK's demuxer tells of when it gets messages. */
function demux(audio: boolean, messages: readonly Uint8Array[]): { name: string; data: MseEvent }[] {
  const events: { name: string; data: MseEvent }[] = [];
  const observer = { trigger: (name: string, data: MseEvent = {}) => events.push({ name, data }) };
  const demuxer = new MseDemuxer(observer, { fragmentLengthMs: 100, cutByIFrameOnly: false });
  demuxer.setAvailableMedia(audio, true);
  for (const message of messages) demuxer.onData(message.slice().buffer as ArrayBuffer);
  return events;
}

/** 25 pictures a second from a key frame on, and 48 kHz sound. */
function stream(configuration: Uint8Array, audio: boolean, pictures: number): Uint8Array[] {
  const messages = [mseVideoConfiguration(0, configuration)!];
  if (audio) messages.unshift(mseAudioConfiguration(0, AAC));
  let sounds = 0;
  for (let picture = 0; picture < pictures; picture++) {
    const time = picture * 40;
    for (; audio && (sounds * 1024) / 48 <= time; sounds++)
      messages.push(mseAudioFrame((sounds * 1024) / 48, SOUND));
    messages.push(mseVideoFrame(time, picture === 0, picture === 0 ? KEY : INTER));
  }
  return messages;
}

/** The samples of one kind, from the mdat boxes. */
function samples(events: ReturnType<typeof demux>, type: string): string {
  return events
    .filter(({ data }) => data.type === type)
    .map(({ data }) => text(data.data2!.subarray(8)))
    .join('');
}

describe('MSE records, read by the SDK', () => {
  it.each([
    ['avc1.42C00B', BASELINE],
    ['avc1.64000B', HIGH],
  ])('are pictures and sound: %s', (codec, configuration) => {
    const events = demux(true, stream(configuration, true, 15));
    expect(events.find(({ name }) => name === 'fragParsingInitSegment')?.data.tracks).toMatchObject({
      audio: { codec: 'mp4a.40.2', metadata: { channelCount: 2 } },
      video: { codec, metadata: { width: 320, height: 240 } },
    });
    const fragments = events.filter(({ name }) => name === 'fragParsingData').map(({ data }) => data);
    expect(fragments.filter(({ type }) => type === 'video')).toMatchObject([
      { startPTS: 0, endPTS: 0.16, nb: 4 },
      { startPTS: 0.16, endPTS: 0.32, nb: 4 },
      { startPTS: 0.32, endPTS: 0.48, nb: 4 },
    ]);
    expect(samples(events, 'video')).toBe(text(KEY) + text(INTER).repeat(11));
    expect(samples(events, 'audio')).toBe(text(SOUND).repeat(22));
  });

  it('may be several in one message', () => {
    const messages = stream(BASELINE, true, 15);
    const together = demux(true, [join(...messages.slice(0, 10)), join(...messages.slice(10))]);
    expect(together).toEqual(demux(true, messages));
    expect(together.length).toBeGreaterThan(5);
  });

  it('are pictures alone where the answer has no sound', () => {
    const events = demux(false, stream(BASELINE, false, 9));
    expect(samples(events, 'video')).toBe(text(KEY) + text(INTER).repeat(7));
  });

  it('must not have the bytes that a High profile adds, which are left out for that', () => {
    const [record = new Uint8Array(), ...rest] = stream(HIGH, false, 9);
    const extended = join(record, HIGH.subarray(-4));
    extended[8] = extended.length - 9;
    expect(() => demux(false, [extended, ...rest])).toThrow();
    expect(samples(demux(false, [record, ...rest]), 'video')).not.toBe('');
  });
});
