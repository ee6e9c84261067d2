export { type Extension, extensionFor, fileTracks } from './container.js';
export { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.js';
export { finishLeftovers, type LeftoverOptions, type Leftovers, type RecoveredFile } from './leftovers.js';
export { Recording, type RecordingOptions } from './recording.js';
export type { RecordedFile, RecordedStream, RecordingFileOptions } from './recording-file.js';
export { defaultTemplate, type NameValues, recordingName } from './recording-name.js';
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
