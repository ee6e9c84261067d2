export { type FileSystem, nodeFileSystem, type OpenFile } from './file-system.js';
export {
  findLeftovers,
  finishLeftovers,
  type LeftoverOptions,
  type Leftovers,
  type RecoveredFile,
} from './leftovers.js';
export { Recording, type RecordingOptions } from './recording.js';
export type { RecordedFile, RecordedStream, RecordingFileOptions } from './recording-file.js';
export { defaultTemplate, type NameValues, namedAtEnd, recordingName } from './recording-name.js';
export { RecordingWriter, type RecordingWriterOptions, type WrittenFile } from './recording-writer.js';
export type { ReadCodecConfig, RecordingGap } from './types.js';
