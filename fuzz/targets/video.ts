import type { Memory } from '../../src/kit/index.js';
import {
  type Depacketizer,
  depacketizer,
  isKeyFrame,
  layerReader,
  type PacketLayers,
  packetizer,
  pictureDescriptor,
  videoConfig,
  videoInspector,
} from '../../src/rtp/index.js';
import { Digest, GuardedMemory } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { capturedPayloads, encoded, fromHex } from './seeds.js';

const MAX_LENGTH = 4096;
const LONGEST_FRAME = 65_536;

const layers: PacketLayers = {
  temporalId: 0,
  spatialId: 0,
  startsFrame: false,
  endsFrame: false,
  layerSync: false,
  switchingUp: false,
  pictureId: 0,
  tl0PictureIndex: 0,
};

/**
 * One codec. An input is payloads, each behind its length in two bytes: each is looked into as a forwarder does, and
 * together they are a frame, whose configuration is read. What the depacketizer makes the packetizer can cut.
 */
export function videoTarget(codec: 'H264' | 'VP8' | 'VP9' | 'AV1'): FuzzTarget {
  const guarded = new GuardedMemory(MAX_LENGTH);
  const inspector = videoInspector(codec)!;
  const size = { width: 0, height: 0 };
  const descriptor = pictureDescriptor(codec);
  const reader = layerReader(codec);
  const assembler = depacketizer(codec, LONGEST_FRAME)!;
  const again = depacketizer(codec, LONGEST_FRAME)!;
  const cutter = packetizer(codec);

  function look(memory: Memory, offset: number, length: number, digest: Digest): void {
    digest.add(inspector.startsKeyFrame(memory, offset, length));
    if (inspector.readSize(memory, offset, length, size)) {
      const whole = Number.isInteger(size.width) && Number.isInteger(size.height);
      promise(whole && size.width > 0 && size.height > 0, `a picture of ${size.width} by ${size.height}`);
      digest.add(size.width).add(size.height);
    }
    if (descriptor?.parse(memory, offset, length)) {
      digest.add(descriptor.pictureId).add(descriptor.tl0PictureIndex);
    }
    if (reader?.read(memory, offset, length, layers))
      for (const value of Object.values(layers)) digest.add(value);
  }

  function parse(memory: Memory, offset: number, length: number): number {
    const digest = new Digest();
    assembler.reset();
    for (const [at, size] of pieces(memory, offset, length)) {
      look(memory, at, size, digest);
      digest.add(assembler.add(memory, at, size));
    }
    const frame = assembler.finish();
    if (frame) digest.addBytes(frame).add(configure(codec, frame));
    return digest.value;
  }

  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    seeds: () => [
      ...capturedPayloads(codec).map((payload) => framed([payload])),
      framed(
        encoded(codec, 'payloads')
          .slice(0, 4)
          .map((payload) => payload.subarray(0, 900)),
      ),
      ...encoded(codec, 'frames')
        .slice(0, 2)
        .map((frame) => framed([frame.subarray(0, 1200)])),
      // To be cut.
      ...encoded(codec, 'frames')
        .filter((frame) => frame.length <= MAX_LENGTH)
        .slice(0, 2),
    ],
    dictionary: fromHex(
      '00000001',
      '9d012a',
      '498342',
      '0a0b',
      '1200',
      '67',
      '68',
      '65',
      '7c85',
      '7c45',
      '78',
    ),
    run: (input) => {
      guarded.run(input, parse);
      roundTrip(cutter, again, input);
    },
  };
}

/** @returns what can be told of a key frame */
function configure(codec: string, frame: Uint8Array): number {
  const key = isKeyFrame(codec, frame);
  const config = videoConfig(codec, frame);
  if (config === null) return Number(key);
  promise(config.codec.length > 0 && config.width > 0 && config.height > 0, 'an unusable configuration');
  return new Digest()
    .add(key)
    .add(config.width)
    .add(config.height)
    .addBytes(config.description ?? new Uint8Array(0)).value;
}

/** Frames as an encoder hands them over: cut into payloads and put together they are the same. */
function roundTrip(cutter: ReturnType<typeof packetizer>, assembler: Depacketizer, frame: Uint8Array): void {
  if (!cutter) return;
  assembler.reset();
  let lasts = 0;
  const cut = cutter.packetize(frame, 100, {
    onPayload(memory, offset, length, last) {
      promise(length > 0 && length <= 100, `a payload of ${length} bytes`);
      promise(lasts === 0, 'a payload behind the last');
      lasts += Number(last);
      assembler.add(memory, offset, length);
    },
  });
  if (!cut) return;
  const again = assembler.finish();
  promise(lasts === 1, 'no payload is the last');
  promise(
    again !== null && Buffer.compare(again, frame) === 0,
    'a frame is not the same when it is put together',
  );
}

function framed(payloads: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(payloads.flatMap((one) => [Buffer.of(one.length >> 8, one.length & 255), one]));
}

function* pieces(memory: Memory, offset: number, length: number): Generator<readonly [number, number]> {
  const end = offset + length;
  for (let at = offset; at + 2 <= end; ) {
    const size = Math.min(memory.view.getUint16(at), end - at - 2);
    yield [at + 2, size];
    at += 2 + size;
  }
}
