export * from './aac-silence.js';
export * from './flv-reader.js';
export * from './ivf-reader.js';
export type { MatroskaAudioTrack, MatroskaTrack, MatroskaVideoTrack } from './matroska-tracks.js';
export * from './matroska-writer.js';
export * from './mpeg1-size.js';
export * from './mpeg1-splitter.js';
export * from './mse-records.js';
export * from './ws-player-packets.js';
