import { mseAudioConfiguration, mseVideoConfiguration } from '../../src/containers/index.js';
import { MseWriter } from '../../src/egress/outputs/mse-writer.js';
import { WsPlayerWriter } from '../../src/egress/outputs/ws-player-writer.js';
import type { MediaFrame } from '../../src/media/index.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { encoded, fromHex } from './seeds.js';

interface Packet {
  readonly kind: 'audio' | 'video';
  readonly key: boolean;
  readonly time: number;
  readonly data: Uint8Array;
}

/** How long an input lasts at most, ms: each second of silence takes fifty packets. */
const LONGEST = 600_000;

/** Frames that an input describes: a byte of flags, a step in time, a length, then the data. */
function* frames(input: Uint8Array): Generator<MediaFrame> {
  let time = 1000;
  for (let at = 0; at + 4 <= input.length; ) {
    const flags = input[at]!;
    // By thirds of a ms or by frames; one in 32 that jumps goes up to a minute, which takes thousands of packets of silence.
    const step = (flags & 0xf8) === 0x88 ? 250 : (flags & 8) !== 0 ? 10 : 1 / 3;
    time = Math.min(1000 + LONGEST, time + input[at + 1]! * step);
    const length = Math.min((input[at + 2]! << 8) | input[at + 3]!, input.length - at - 4);
    const data = input.slice(at + 4, at + 4 + length);
    at += 4 + length;
    const kind = (flags & 1) !== 0 ? 'audio' : 'video';
    const key = kind === 'audio' || (flags & 2) !== 0;
    yield { kind, key, time, timestamp: time, data, discontinuity: (flags & 4) !== 0 };
  }
}

function frame(flags: number, step: number, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(flags, step, data.length >> 8, data.length & 255), data]);
}

/** One record after the other, each as long as it says (WCS spec F.2). */
function checkMse({ data, kind }: Packet): void {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let at = 0;
  while (at < data.length) {
    promise(at + 9 <= data.length, 'a record without a header');
    promise(data[at] === 8 || data[at] === 9, `a record of type ${data[at]}`);
    at += 9 + view.getUint32(at + 5);
  }
  promise(
    at === data.length && data.length > 0,
    `a packet of ${kind} that is longer or shorter than its records`,
  );
}

function checkWsPlayer({ data, time }: Packet): void {
  const ssrc = new DataView(data.buffer, data.byteOffset).getUint32(1);
  promise(
    data.length >= 9 && ((data[0]! & 3) === 3) === ((data[0]! >> 2) & 3) < 3,
    'a packet without its header',
  );
  promise(ssrc > 0 && ssrc < 2 ** 31 && Number.isFinite(time), 'an SSRC that the player does not know');
}

/** Packets that one frame becomes at most: configurations and clocks are told beside it. */
const MOST_OF_FRAME = 3;
/** Frames of sound are as long or longer, ms: silence fills what is missing with them. */
const SOUND = 20;

function run(
  input: Uint8Array,
  check: (packet: Packet) => void,
  make: (sink: (packet: Packet) => void) => {
    video(frame: MediaFrame): void;
    audio(frame: MediaFrame): void;
  },
): void {
  let packets = 0;
  let before = Number.NEGATIVE_INFINITY;
  const writer = make((packet) => {
    packets++;
    check(packet);
    if (packet.kind === 'audio') {
      promise(packet.time >= before - 1e-6, 'sound goes back');
      before = packet.time;
    }
  });
  const all = [...frames(input)];
  for (const one of all) {
    if (one.kind === 'video') writer.video(one);
    else writer.audio(one);
  }
  const span = (all.at(-1)?.time ?? 0) - (all[0]?.time ?? 0);
  promise(
    packets <= MOST_OF_FRAME * all.length + span / SOUND + 1,
    `${packets} packets of ${all.length} frames in ${span} ms`,
  );
}

const options = { kind: 'binary', maxLength: 8192 } as const;

/** The records of the MSE player, and the configuration in them. */
export const mse: FuzzTarget = {
  ...options,
  seeds: () => {
    const pictures = encoded('H264', 'frames').map((data) => data.subarray(0, 1500));
    const all = pictures.map((data, index) => frame(index === 0 ? 2 : 0, 100, data));
    return [
      Buffer.concat(all.slice(0, 3)),
      Buffer.concat([all[0]!, frame(1, 5, Buffer.from('0123456789', 'hex')), all[0]!]),
    ];
  },
  dictionary: fromHex('00000001', '0000000467', '67', '68', '0142c00a03e1', '0164001fffe1', '09'),
  run(input) {
    mseAudioConfiguration(0, input);
    const record = mseVideoConfiguration(1, input);
    promise(record === null || record.length <= input.length + 14, 'a configuration that has grown');
    run(
      input,
      checkMse,
      (sink) =>
        new Adapter(
          new MseWriter({
            channels: 2,
            hasVideo: true,
            sink,
            onVideoSize: () => {},
            onKeyFrameNeeded: () => {},
          }),
        ),
    );
  },
};

/** Every frame of sound brings a configuration. */
class Adapter {
  constructor(private readonly writer: MseWriter) {}
  video(one: MediaFrame): void {
    this.writer.video(one);
  }
  audio(one: MediaFrame): void {
    this.writer.audio(one, one.data);
  }
}

/** The packets of WSPlayer. */
export const wsPlayer: FuzzTarget = {
  ...options,
  seeds: () => {
    const picture = Buffer.from(
      '000001b30a0078140ffffee018000001000 00fffb8000001010a'.replaceAll(' ', ''),
      'hex',
    );
    return [
      Buffer.concat([frame(2, 100, picture), frame(1, 20, Buffer.alloc(160, 1)), frame(0, 120, picture)]),
    ];
  },
  dictionary: fromHex('000001b3', '00000100'),
  run: (input) =>
    run(input, checkWsPlayer, (sink) => new WsPlayerWriter({ hasAudio: true, sink, onVideoSize: () => {} })),
};
