import { describe, expect, it } from 'vitest';
import { MseWriter, type MseWriterOptions } from '../../../../src/egress/outputs/mse-writer.js';
import type { WsPacket } from '../../../../src/egress/outputs/ws-packet.js';
import { mseRecords } from '../../../support/ws-media-player.js';
import { loadMseDemuxer, type MseEvent } from '../../containers/websdk.js';
import { hex, random } from '../../rtp/support.js';
import { accessUnit, frame, IDR, interFrame, keyFrame, SETS, SLICE } from './h264-frames.js';

const AAC = hex('2122');
const CONFIG = hex('119056e500');
const aacTime = (index: number) => (index * 1024) / 48;

function makeWriter(options: Partial<MseWriterOptions> = {}) {
  const packets: WsPacket[] = [];
  const sizes: string[] = [];
  const asked = { count: 0 };
  const writer = new MseWriter({
    channels: 2,
    hasVideo: true,
    sink: (packet) => packets.push(packet),
    onVideoSize: (width, height) => sizes.push(`${width}x${height}`),
    onKeyFrameNeeded: () => {
      asked.count += 1;
    },
    ...options,
  });
  /** Each record: kind, ms, payload. */
  const records = () =>
    packets.flatMap(({ data }) =>
      mseRecords(Buffer.from(data)).map(({ kind, time, payload }) => [kind, time, payload.toString('hex')]),
    );
  return { writer, packets, sizes, asked, records };
}

function sound(writer: MseWriter, from: number, count: number): void {
  for (let index = 0; index < count; index += 1)
    writer.audio(frame('audio', from + aacTime(index), AAC), CONFIG);
}

/** What the SDK's demuxer makes of these. */
function demux(packets: readonly WsPacket[], audio = true): { name: string; data: MseEvent }[] {
  const events: { name: string; data: MseEvent }[] = [];
  const observer = { trigger: (name: string, data: MseEvent = {}) => events.push({ name, data }) };
  const demuxer = new (loadMseDemuxer())(observer, { fragmentLengthMs: 100, cutByIFrameOnly: false });
  demuxer.setAvailableMedia(audio, true);
  for (const { data } of packets) demuxer.onData(Uint8Array.from(data).buffer);
  return events;
}

describe('MseWriter', () => {
  it('puts the configurations in front of each key frame, and parameter sets nowhere else', () => {
    const { writer, packets, records, sizes } = makeWriter();
    writer.video(keyFrame(5000));
    writer.video(interFrame(5040));
    writer.video(keyFrame(5080, SETS.high));
    const [avc = '', high = ''] = [SETS.baseline, SETS.high].map(
      ([sps = '', pps = '']) =>
        `17000000000${'1'}${sps.slice(2, 8)}ffe1${(sps.length / 2).toString(16).padStart(4, '0')}${sps}01${(pps.length / 2).toString(16).padStart(4, '0')}${pps}`,
    );
    expect(records()).toEqual([
      ['audio', 10_000, '001190'],
      ['video', 10_000, avc],
      ['video', 10_000, `170100000000000005${IDR}`],
      ['video', 10_040, `270100000000000004${SLICE}`],
      ['audio', 10_080, '001190'],
      ['video', 10_080, high],
      ['video', 10_080, `170100000000000005${IDR}`],
    ]);
    expect(packets.map(({ kind, key, time }) => [kind, key, time])).toEqual([
      ['video', true, 10_000],
      ['video', false, 10_040],
      ['video', true, 10_080],
    ]);
    expect(sizes).toEqual(['320x240']);
  });

  it('remembers parameter sets for key frames without', () => {
    const { writer, records, asked } = makeWriter({ channels: null });
    const bare = frame('video', 80, accessUnit(IDR), { key: true });
    writer.video(bare);
    expect(records()).toEqual([]);
    expect(asked.count).toBe(1);
    writer.video(keyFrame(0));
    writer.video(bare);
    expect(records()).toHaveLength(4);
  });

  it('leaves pictures out from a gap to the next key frame, and asks for that', () => {
    const { writer, packets, asked } = makeWriter();
    writer.video(keyFrame(0));
    writer.video(interFrame(40, { discontinuity: true }));
    writer.video(interFrame(80));
    expect(packets).toHaveLength(1);
    expect(asked.count).toBe(2);
    writer.video({ ...keyFrame(120), discontinuity: true });
    writer.video(interFrame(160));
    expect(packets).toHaveLength(3);
  });

  it('tells the configuration of the sound with its first frame, and takes it from the encoder', () => {
    const { writer, records } = makeWriter({ channels: 1 });
    writer.video(keyFrame(0));
    writer.audio(frame('audio', 0, AAC), hex('1188'));
    writer.audio(frame('audio', 21, AAC), hex('1188'));
    expect(records().filter(([kind]) => kind === 'audio')).toEqual([
      ['audio', 10_000, '001188'],
      ['audio', 10_000, '001188'],
      ['audio', 10_000, '012122'],
      ['audio', 10_021, '012122'],
    ]);
  });

  it('marks where players may begin in sound alone: twice a second', () => {
    const { writer, packets } = makeWriter({ hasVideo: false });
    sound(writer, 300, 100);
    const keys = packets.filter(({ key }) => key).map(({ time }) => Math.round(time));
    expect(keys).toEqual([10_000, 10_512, 11_024, 11_536, 12_048]);
  });

  it.each([
    ['that begins with it', 0],
    ['of hours ago', 10_000_000],
  ])('is played by the SDK from a key frame on, in a stream %s', (_what, start) => {
    const { writer, packets } = makeWriter();
    for (let picture = 0; picture < 60; picture += 1) {
      const time = start + picture * 40;
      writer.video(picture % 25 === 0 ? keyFrame(time) : interFrame(time));
      if (picture % 5 === 4) sound(writer, start + aacTime(Math.ceil((picture - 4) * 1.875)), 10);
    }
    for (const from of [0, packets.findLastIndex(({ key }) => key)]) {
      const fragments = demux(packets.slice(from)).filter(({ name }) => name === 'fragParsingData');
      const video = fragments.filter(({ data }) => data.type === 'video').map(({ data }) => data);
      expect(video[0]).toMatchObject({ startPTS: 0 });
      expect(video.length).toBeGreaterThan(1);
      expect(fragments.some(({ data }) => data.type === 'audio')).toBe(true);
    }
  });

  it('is played by the SDK where no sound ever comes', () => {
    const { writer, packets } = makeWriter();
    for (let picture = 0; picture < 100; picture += 1)
      writer.video(picture === 0 ? keyFrame(0) : interFrame(picture * 40));
    const fragments = demux(packets).filter(({ name }) => name === 'fragParsingData');
    expect(fragments.filter(({ data }) => data.type === 'video').length).toBeGreaterThan(10);
  });

  it('takes anything for a picture without throwing', () => {
    const next = random(5);
    const { writer, packets } = makeWriter();
    const whole = keyFrame(0).data;
    for (let cut = 0; cut < whole.length; cut += 1)
      writer.video(frame('video', cut, whole.slice(0, cut), { key: true }));
    for (let round = 0; round < 2000; round += 1) {
      const data = whole.slice();
      for (let change = 0; change < 4; change += 1)
        data[Math.floor(next() * data.length)] = Math.floor(next() * 256);
      writer.video(frame('video', round, data, { key: next() < 0.5 }));
    }
    for (const { data } of packets) mseRecords(Buffer.from(data));
  });
});
