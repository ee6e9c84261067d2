import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import type { RecordingTrack } from '../../../../src/containers/index.js';
import {
  type ReadCodecConfig,
  RecordingWriter,
  type WrittenFile,
} from '../../../../src/egress/recording/index.js';
import type { MediaFrame } from '../../../../src/media/index.js';
import { MemoryDisk } from '../../../support/recording/memory-disk.js';

export interface ReadTrack {
  readonly codec: string | null;
  readonly width: number;
  readonly packets: { readonly time: number; readonly key: boolean; readonly data: Uint8Array }[];
}

export interface ReadFile {
  readonly duration: number;
  readonly video: ReadTrack | null;
  readonly audio: ReadTrack | null;
}

/** What another implementation, mediabunny, finds in a file. Times are ms. */
export async function readBack(bytes: Uint8Array): Promise<ReadFile> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes.slice()) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  const read = async (track: NonNullable<typeof video | typeof audio>, width: number): Promise<ReadTrack> => {
    const packets: ReadTrack['packets'] = [];
    for await (const packet of new EncodedPacketSink(track).packets())
      packets.push({ time: packet.timestamp * 1000, key: packet.type === 'key', data: packet.data });
    return { codec: await track.getCodec(), width, packets };
  };
  return {
    duration: (await input.computeDuration()) * 1000,
    video: video === null ? null : await read(video, await video.getCodedWidth()),
    audio: audio === null ? null : await read(audio, 0),
  };
}

/** Frames through a writer into bytes. */
export async function written(
  tracks: readonly RecordingTrack[],
  readConfig: ReadCodecConfig,
  frames: readonly MediaFrame[],
): Promise<{ readonly bytes: Uint8Array; readonly file: WrittenFile; readonly keyFramesAsked: number }> {
  const disk = new MemoryDisk();
  let keyFramesAsked = 0;
  const writer = new RecordingWriter({
    tracks,
    readConfig,
    open: () => disk.create('file'),
    onKeyFrameNeeded: () => {
      keyFramesAsked += 1;
    },
    onFailure: (reason) => {
      throw new Error(reason);
    },
  });
  for (const frame of frames) writer.write(frame);
  const file = await writer.finish();
  return { bytes: disk.files.get('file') ?? new Uint8Array(0), file, keyFramesAsked };
}
