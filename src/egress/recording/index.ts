export { type Extension, extensionFor, fileTracks } from './container.js';
export { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.js';
export { RecordingWriter, type RecordingWriterOptions, type WrittenFile } from './recording-writer.js';
export type {
  AudioCodec,
  AudioTrack,
  CodecConfig,
  MediaFrame,
  ReadCodecConfig,
  RecordingGap,
  RecordingTrack,
  Rotation,
  VideoCodec,
  VideoTrack,
} from './types.js';
