import { Fault } from '../../kit/index.js';
import { readClientArguments, type ServerArguments, UsageProblem, wholeNumber } from '../client-arguments.js';

export interface PublishArguments extends ServerArguments {
  readonly file: string;
  /** Of the stream. */
  readonly name: string;
  readonly loop: boolean;
  /** Null: H264, as it is where it can be. */
  readonly codec: 'H264' | 'VP8' | null;
  /** Pixels; 0 for as it is. */
  readonly width: number;
  /** Of the picture, kbit/s; 0 for what suits its size. */
  readonly bitrate: number;
  readonly record: boolean;
  readonly ffmpeg: string;
}

/** @throws Fault PUBLISH_USAGE */
export function readPublishArguments(argv: readonly string[]): PublishArguments {
  try {
    return read(argv);
  } catch (error) {
    if (error instanceof UsageProblem) throw Fault.of('PUBLISH_USAGE', { problem: error.message });
    throw error;
  }
}

function read(argv: readonly string[]): PublishArguments {
  const { server, given, positionals } = readClientArguments(argv, {
    name: { type: 'string', default: '' },
    loop: { type: 'boolean', default: false },
    codec: { type: 'string', default: '' },
    width: { type: 'string', default: '0' },
    bitrate: { type: 'string', default: '0' },
    record: { type: 'boolean', default: false },
    ffmpeg: { type: 'string', default: 'ffmpeg' },
  });
  const [file, ...others] = positionals;
  if (!file || others.length > 0) throw new UsageProblem('give one media file');
  const name = String(given.name);
  if (name === '') throw new UsageProblem('give the name of the stream with --name');
  const codec = String(given.codec).toUpperCase();
  if (codec !== '' && codec !== 'H264' && codec !== 'VP8')
    throw new UsageProblem('--codec must be H264 or VP8');
  const width = wholeNumber(given.width, 'width', 0, 7680);
  return {
    ...server,
    file,
    name,
    loop: given.loop === true,
    codec: codec === '' ? null : codec,
    width: width - (width % 2),
    bitrate: wholeNumber(given.bitrate, 'bitrate', 0, 100_000),
    record: given.record === true,
    ffmpeg: String(given.ffmpeg),
  };
}
