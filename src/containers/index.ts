export * from './flv-reader.js';
export * from './ivf-reader.js';
export type { MatroskaAudioTrack, MatroskaTrack, MatroskaVideoTrack } from './matroska-tracks.js';
export * from './matroska-writer.js';
