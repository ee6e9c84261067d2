import { expect, test } from 'vitest';
import { completeMatroska, segmentDataIn } from '../../../../src/containers/recording/matroska/complete.js';
import { MatroskaMuxer } from '../../../../src/containers/recording/matroska/matroska-muxer.js';
import { readCluster } from '../../../../src/containers/recording/matroska/read-cluster.js';
import { headAt } from '../../../../src/containers/recording/matroska/read-elements.js';
import { completeMp4 } from '../../../../src/containers/recording/mp4/complete.js';
import { Mp4Muxer } from '../../../../src/containers/recording/mp4/mp4-muxer.js';
import { readFragment } from '../../../../src/containers/recording/mp4/read-fragment.js';
import { trackTimes } from '../../../../src/containers/recording/mp4/track-times.js';
import {
  type HeaderTracks,
  headerSize,
  type Muxer,
  maxDescription,
  type Piece,
} from '../../../../src/containers/recording/muxer.js';
import { SeekIndex } from '../../../../src/containers/recording/seek-index.js';
import { audioTrack, loadFrames } from '../../../support/recording/frames.js';

const { config } = loadFrames('h264-160x120');
const sample = (time: number, key: boolean) => ({ time, duration: 20, key, data: new Uint8Array(3) });
const piece: Piece = {
  video: [sample(1500, false), sample(1600, true), sample(1700, false)],
  audio: [sample(1000.5, true), sample(1020.5, true)],
};
const tracks: HeaderTracks = {
  video: { track: { kind: 'video', codec: 'H264' }, config, begin: 1500.25 },
  audio: { track: audioTrack('opus'), begin: 0 },
};

function made(muxer: Muxer): { header: Uint8Array; bytes: Buffer } {
  const header = muxer.header(tracks);
  return { header, bytes: Buffer.concat(muxer.piece(piece, 4096)) };
}

test('an MP4 fragment tells where its tracks end and where its key frame is', () => {
  const { header, bytes } = made(new Mp4Muxer(audioTrack('opus')));
  const moof = bytes.subarray(0, bytes.readUInt32BE(0));
  expect(readFragment(moof)).toEqual([
    { id: 1, end: 220 * 90, key: { time: 100 * 90, sample: 2 } },
    { id: 2, end: 1040.5 * 48, key: null },
  ]);
  expect([...trackTimes(header)]).toEqual([
    [1, { scale: 90_000, begin: 1500 }],
    [2, { scale: 48_000, begin: 0 }],
  ]);
  for (let size = 0; size < moof.length; size++) expect(readFragment(moof.subarray(0, size))).toBeNull();
});

test('a cluster tells its times and where its key frame is', () => {
  const { bytes } = made(new MatroskaMuxer('webm'));
  const cluster = bytes.subarray(headAt(bytes, 0)!.head);
  expect(readCluster(cluster)).toEqual({ first: 1001, last: 1700, hasVideo: true, key: 1600 });
  for (let size = 0; size < 20; size++) expect(readCluster(cluster.subarray(0, size))).toBeNull();
  for (let size = 0; size < cluster.length; size++)
    expect(readCluster(cluster.subarray(0, size))?.last ?? 0).toBeLessThanOrEqual(1700);
});

test('the longest description that is taken fits into a header', () => {
  const longest = { ...config, description: new Uint8Array(maxDescription) };
  const muxers = [new Mp4Muxer(audioTrack('opus')), new MatroskaMuxer('webm'), new MatroskaMuxer('matroska')];
  for (const muxer of muxers)
    expect(muxer.header({ ...tracks, video: { ...tracks.video!, config: longest } })).toHaveLength(
      headerSize,
    );
});

test('headers that are cut or hostile are read as far as they go, and never grow', () => {
  let state = 1;
  const byte = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  };
  const totals = { size: 10_000, duration: 5000, trailer: 9000 };
  const { header: mp4 } = made(new Mp4Muxer(audioTrack('opus')));
  const { header: webm } = made(new MatroskaMuxer('webm'));
  expect(segmentDataIn(webm)).toBe(72);
  for (const header of [mp4, webm]) {
    for (let size = 0; size <= 700; size++) {
      const torn = header.subarray(0, size);
      expect(completeMp4(torn, totals)).toHaveLength(size);
      expect(completeMatroska(torn, totals)).toHaveLength(size);
      expect(trackTimes(torn).size).toBeLessThanOrEqual(2);
    }
    for (let i = 0; i < 2000; i++) {
      const odd = header.slice(0, 800);
      for (let n = 0; n < 4; n++) odd[(byte() * 256 + byte()) % odd.length] = byte();
      expect(completeMp4(odd, totals)).toHaveLength(800);
      expect(completeMatroska(odd, totals)).toHaveLength(800);
      expect(trackTimes(odd).size).toBeLessThanOrEqual(2);
    }
  }
});

test('an index stays small and spread over all of the file', () => {
  const index = new SeekIndex<number>();
  for (let i = 0; i < 100_000; i++) index.add(i);
  const { entries } = index;
  expect(entries.length).toBeLessThan(8192);
  expect(entries.length).toBeGreaterThan(4000);
  expect(entries[0]).toBe(0);
  expect(new Set(entries.slice(1).map((entry, i) => entry - entries[i]!))).toEqual(new Set([16]));
});
