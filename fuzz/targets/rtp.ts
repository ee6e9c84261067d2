import { type Memory, memoryOf } from '../../src/kit/index.js';
import { ExtensionWriter, isRtcp, RedPayload, RtpPacket, writeRtpHeader } from '../../src/rtp/index.js';
import { Digest, GuardedMemory } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex } from './seeds.js';

const MAX_LENGTH = 1500;
const packet = new RtpPacket();
const again = new RtpPacket();
const red = new RedPayload();
const writer = new ExtensionWriter();
const guarded = new GuardedMemory(MAX_LENGTH);
const copy = memoryOf(new Uint8Array(4096));

function parse(memory: Memory, offset: number, length: number): number | string {
  isRtcp(memory, offset, length);
  if (!packet.parse(memory, offset, length)) return 'refused';
  const end = offset + length;
  const p = packet;
  promise(
    p.payloadOffset >= offset + 12 && p.payloadOffset + p.payloadLength + p.paddingLength === end,
    'parts',
  );
  promise(p.extensionLength === 0 || p.extensionOffset + p.extensionLength === p.payloadOffset, 'extension');
  const digest = new Digest().add(p.payloadType).add(p.sequenceNumber).add(p.timestamp).add(p.ssrc);
  digest.add(p.payloadLength).add(p.paddingLength).add(p.csrcCount).add(p.marker);
  for (let id = 0; id <= 256; id = id < 16 || id > 253 ? id + 1 : 254) {
    const at = p.findExtension(id);
    promise(at < 0 || (at >= offset && at + p.elementLength <= p.payloadOffset), 'an element outside');
    digest.add(at < 0 ? -1 : at - offset).add(p.elementLength);
  }
  if (red.parse(memory, p.payloadOffset, p.payloadLength)) {
    const from = red.primaryOffset;
    promise(
      from >= p.payloadOffset && from + red.primaryLength === p.payloadOffset + p.payloadLength,
      'primary',
    );
    digest
      .add(from - offset)
      .add(red.redundantBlocks)
      .add(red.primaryPayloadType);
  }
  return digest.value;
}

/** Writes the same header and elements anew; what is read of it must be the same. */
function rewrite(input: Uint8Array): void {
  const memory = memoryOf(input);
  if (!packet.parse(memory, 0, input.length)) return;
  const { marker, payloadType, sequenceNumber, timestamp, ssrc } = packet;
  const ids = Array.from({ length: 14 }, (_, index) => index + 1).filter(
    (id) => packet.findExtension(id) >= 0,
  );
  const length = writeRtpHeader(
    copy,
    0,
    marker,
    payloadType,
    sequenceNumber,
    timestamp,
    ssrc,
    ids.length > 0,
  );
  writer.begin(copy, length, (packet.extensionProfile & 0xfff0) === 0x1000);
  const values = ids.map((id) => {
    const at = packet.findExtension(id);
    return { id, value: input.slice(at, at + packet.elementLength) };
  });
  const written = values.filter(({ id, value }) => writer.addBytes(id, value));
  const total = length + writer.end();
  if (written.length === 0 && ids.length > 0) return;
  promise(again.parse(copy, 0, total), 'what was written is refused');
  promise(
    again.marker === marker &&
      again.payloadType === payloadType &&
      again.sequenceNumber === sequenceNumber &&
      again.timestamp === timestamp &&
      again.ssrc === ssrc,
    'what was written says something else',
  );
  for (const { id, value } of written) {
    const at = again.findExtension(id);
    promise(
      Buffer.compare(copy.u8.subarray(at, at + again.elementLength), value) === 0,
      `element ${id} differs`,
    );
  }
}

/** Packets, their header extensions in both forms, redundant audio (RFC 3550, 8285, 2198). */
export const target: FuzzTarget = {
  kind: 'binary',
  maxLength: MAX_LENGTH,
  seeds: () =>
    fromHex(
      '800f1234decafbadcafebabeabababab',
      'b06f0001000003e8cafebabebede0003' + '10ff3100640051010203' + '0000aabbccdd',
      '906f0001000003e8cafebabe10000002' + '0102aabb' + '0f0100' + '00' + 'deadbeef',
      'a2600002000003e8cafebabe0000000100000002aabb00000004',
      '806f0003000003e8cafebabe' + 'ef00c8046f' + '01020304' + '05060708',
    ),
  dictionary: fromHex('bede0001', '10000001', 'bede', '1000', 'e1000004', '9000'),
  run(input) {
    guarded.run(input, parse);
    rewrite(input);
  },
};
