import {
  type FileTracks,
  MatroskaMuxer,
  Mp4Muxer,
  type Piece,
  type Sample,
} from '../../src/containers/index.js';
import type { FileSystem, OpenFile } from '../../src/egress/recording/file-system.js';
import { repairFile } from '../../src/egress/recording/repair-file.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex } from './seeds.js';

const MAX_LENGTH = 16_384;

/** A file that is bytes. */
class MemoryFile implements OpenFile {
  constructor(public bytes: Uint8Array) {}

  async write(bytes: Uint8Array, position: number): Promise<number> {
    if (position + bytes.length > this.bytes.length) {
      const longer = new Uint8Array(position + bytes.length);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes.set(bytes, position);
    return bytes.length;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const part = this.bytes.subarray(position, position + into.length);
    into.set(part);
    return part.length;
  }

  async size(): Promise<number> {
    return this.bytes.length;
  }

  async truncate(size: number): Promise<void> {
    this.bytes = this.bytes.slice(0, size);
  }

  async datasync(): Promise<void> {}
  async close(): Promise<void> {}
}

const tracks = {
  video: { kind: 'video', codec: 'VP8' },
  audio: { kind: 'audio', codec: 'opus', clockRate: 48_000, channels: 2 },
} as const satisfies FileTracks;

function sample(time: number, key: boolean): Sample {
  return { time, duration: 20, key, data: new Uint8Array(20).fill(time) };
}

/** An unfinished recording of two pieces. */
function recording(muxer: Mp4Muxer | MatroskaMuxer): Uint8Array {
  const config = { codec: 'vp8', width: 160, height: 120, description: null };
  const header = muxer.header({
    video: { track: tracks.video, config, begin: 0 },
    audio: { track: tracks.audio, begin: 40 },
  });
  const first: Piece = { video: [sample(0, true), sample(40, false)], audio: [sample(40, true)] };
  const second: Piece = { video: [sample(80, false)], audio: [sample(60, true), sample(80, true)] };
  const bytes = [header, ...muxer.piece(first, header.length)];
  return Buffer.concat([...bytes, ...muxer.piece(second, Buffer.concat(bytes).length)]);
}

/**
 * What a crash has left of a recording is made whole: nothing but the system's errors and "no recording" are thrown, and
 * what is whole is whole when it is looked at again.
 */
function recordingTarget(name: string, make: () => Mp4Muxer | MatroskaMuxer): FuzzTarget {
  const repair = async (file: MemoryFile) => {
    const system = { exists: async () => true, open: async () => file } as unknown as FileSystem;
    try {
      return await repairFile(system, name);
    } catch (error) {
      if ((error as { code?: string }).code === 'EBADMSG') return null;
      throw error;
    }
  };
  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    seeds: () => {
      const whole = recording(make());
      return [whole, whole.subarray(0, whole.length - 10), whole.subarray(0, 4096)];
    },
    dictionary: [
      ...['moof', 'mdat', 'traf', 'trun', 'tfhd', 'tfdt', 'moov', 'trak', 'mvex', 'free', 'elst'],
      ...fromHex('1f43b675', 'e7', 'a3', '18538067', '1549a966', '01ffffffffffffff', '00000001', 'ec'),
    ],
    async run(input) {
      const file = new MemoryFile(input);
      const repaired = await repair(file);
      if (repaired === null) return;
      promise(repaired.size === file.bytes.length, `says ${repaired.size} bytes, has ${file.bytes.length}`);
      promise(Number.isFinite(repaired.duration) && repaired.duration >= 0, `lasts ${repaired.duration} ms`);
      const again = await repair(new MemoryFile(file.bytes.slice()));
      promise(
        again?.size === repaired.size && again.duration === repaired.duration,
        'is not whole after all',
      );
    },
  };
}

export const mp4 = recordingTarget('a.mp4', () => new Mp4Muxer(tracks.audio));
export const matroska = recordingTarget('a.webm', () => new MatroskaMuxer('webm'));
