export * from './aac-silence.js';
export * from './flv-reader.js';
export * from './ivf-reader.js';
export { id as matroskaId } from './matroska-ids.js';
export * from './matroska-reader.js';
export type { MatroskaAudioTrack, MatroskaTrack, MatroskaVideoTrack } from './matroska-tracks.js';
export * from './matroska-writer.js';
export * from './mpeg1-size.js';
export * from './mpeg1-splitter.js';
export * from './mse-records.js';
export * from './recording/container.js';
export { completeMatroska, segmentDataIn } from './recording/matroska/complete.js';
export { type Cue, cues } from './recording/matroska/cues.js';
export { MatroskaMuxer } from './recording/matroska/matroska-muxer.js';
export { type ClusterSummary, readCluster } from './recording/matroska/read-cluster.js';
export { headAt } from './recording/matroska/read-elements.js';
export { trackNumbers } from './recording/matroska/tracks.js';
export { completeMp4 } from './recording/mp4/complete.js';
export { trackIds } from './recording/mp4/header.js';
export { type Mp4Entry, mfra } from './recording/mp4/mfra.js';
export { Mp4Muxer } from './recording/mp4/mp4-muxer.js';
export { type FragmentTrack, readFragment } from './recording/mp4/read-fragment.js';
export { type TrackTimes, trackTimes } from './recording/mp4/track-times.js';
export * from './recording/muxer.js';
export type {
  AudioCodec,
  AudioTrack,
  RecordingTrack,
  Rotation,
  VideoCodec,
  VideoTrack,
} from './recording/recording-tracks.js';
export { SeekIndex } from './recording/seek-index.js';
export * from './ws-player-packets.js';
