import { dependencyDescriptorUri, memoryOf, rtpStreamIdUri } from '../../../../src/kit/index.js';
import type { TrackDescription } from '../../../../src/media/index.js';
import { ExtensionWriter, writeRtpHeader } from '../../../../src/rtp/index.js';
import { BitWriter } from '../../rtp/bit-writer.js';
import { descriptors, payloads } from '../../rtp/captured.js';
import { ridId } from './encoding-source.js';
import { video } from './packets.js';

export const descriptorId = 13;

export const av1: TrackDescription = {
  ...video,
  codec: { name: 'AV1', payloadType: 45, clockRate: 90_000, channels: 1, fmtp: '' },
  extensions: [
    { id: descriptorId, uri: dependencyDescriptorUri },
    { id: ridId, uri: rtpStreamIdUri },
  ],
};

/** How Chromium makes its frames in a mode of the fixture, by picture since the last key frame. */
interface Mode {
  readonly spatialLayers: number;
  readonly targets: number;
  /** Temporal layers of the pictures behind one of layer 0, then again from the next of that on. */
  readonly temporalIds: readonly number[];
  /** Template of a frame: by spatial layer, then of key frames, and of the pictures as above. */
  readonly templates: readonly (readonly number[])[];
  /** Every picture of a higher spatial layer refers to the one below; else those of key frames alone. */
  readonly dependsBelow: boolean;
}

export const modes = {
  'AV1 L1T3': {
    spatialLayers: 1,
    targets: 3,
    temporalIds: [0, 2, 1, 2],
    templates: [[0, 1, 3, 2, 4]],
    dependsBelow: true,
  },
  'AV1 L2T2': {
    spatialLayers: 2,
    targets: 4,
    temporalIds: [0, 1],
    templates: [
      [0, 1, 2],
      [3, 4, 5],
    ],
    dependsBelow: true,
  },
  // What Chromium makes of it for so small a picture: two spatial layers.
  'AV1 L3T3_KEY': {
    spatialLayers: 2,
    targets: 6,
    temporalIds: [0, 2, 1, 2],
    templates: [
      [0, 1, 3, 2, 4],
      [5, 6, 8, 7, 9],
    ],
    dependsBelow: false,
  },
} satisfies Record<string, Mode>;

export interface Av1Frame {
  readonly number: number;
  readonly spatialId: number;
  readonly temporalId: number;
  /** Numbers of the frames it refers to. */
  readonly references: readonly number[];
}

export interface Av1Options {
  readonly ssrc?: number;
  readonly rid?: string | null;
  readonly sequence?: number;
  readonly frameNumber?: number;
  /** Added to template_id_offset, as Chromium does with each new structure. */
  readonly templateOffset?: number;
  /** Payload of a packet of the lowest spatial layer; those of higher ones are as often larger. */
  readonly size?: number;
}

/** A publisher of AV1 in one of Chromium's scalability modes, with the dependency descriptors that Chromium writes. */
export class Av1Source {
  /** By frame number. */
  readonly frames = new Map<number, Av1Frame>();
  /** Decode targets that frames are said to be made for; changed with the next picture. */
  activeTargets: number | null = null;
  /** Changes what would be written. */
  mangle: (descriptor: Uint8Array) => Uint8Array | null = (descriptor) => descriptor;
  private readonly mode: Mode;
  private readonly newest = new Map<string, number>();
  private picture = 0;
  sequence: number;
  private frameNumber: number;

  constructor(
    readonly name: keyof typeof modes,
    private readonly options: Av1Options = {},
  ) {
    this.mode = modes[name];
    this.sequence = options.sequence ?? 100;
    this.frameNumber = options.frameNumber ?? 0;
  }

  /** The packets of one picture, two a frame; of a key frame when told so. */
  next(timestamp: number, key: boolean): Uint8Array[] {
    const { spatialLayers, temporalIds, templates } = this.mode;
    if (key) this.picture = 0;
    const place = this.picture % temporalIds.length;
    const temporalId = temporalIds[place] as number;
    this.picture += 1;
    const packets: Uint8Array[] = [];
    for (let spatialId = 0; spatialId < spatialLayers; spatialId += 1) {
      this.frameNumber = (this.frameNumber + 1) & 0xffff;
      this.note(spatialId, temporalId, key);
      const template = templates[spatialId]?.[key ? 0 : place + 1] as number;
      for (const start of [true, false]) {
        const marker = !start && spatialId === spatialLayers - 1;
        const structure = key && start && spatialId === 0;
        packets.push(this.packet(timestamp, marker, start, structure, template, spatialId));
      }
    }
    return packets;
  }

  /** What a frame of this layer refers to: of its own spatial layer, and below. */
  private note(spatialId: number, temporalId: number, key: boolean): void {
    const { newest, frameNumber: number } = this;
    const below = newest.get(`${spatialId - 1}`);
    const isBelow = spatialId > 0 && (key || this.mode.dependsBelow) && below !== undefined;
    const before = key ? [] : this.before(spatialId, temporalId);
    this.frames.set(number, {
      number,
      spatialId,
      temporalId,
      references: isBelow ? [...before, below] : before,
    });
    newest.set(`${spatialId}`, number);
    newest.set(`${spatialId} ${temporalId}`, number);
  }

  /** The newest of the lower temporal layers, or of the lowest itself. */
  private before(spatialId: number, temporalId: number): number[] {
    const lower = temporalId === 0 ? [0] : Array.from({ length: temporalId }, (_, layer) => layer);
    const found = lower.map((layer) => this.newest.get(`${spatialId} ${layer}`) ?? -1);
    return [Math.max(...found)];
  }

  private packet(
    timestamp: number,
    marker: boolean,
    start: boolean,
    structure: boolean,
    template: number,
    spatialId: number,
  ): Uint8Array {
    this.sequence += 1;
    const { ssrc = 9, rid = null, templateOffset = 0, size = 100 } = this.options;
    const flags = (start ? 0x80 : 0) | (start ? 0 : 0x40);
    const head = flags | ((template + templateOffset) & 63);
    const descriptor = this.mangle(structure ? this.structure(head) : this.plain(head, start));
    const payload = structure ? keyPayload(this.name, size) : deltaPayload(start, size * (spatialId + 1));
    const sequence = this.sequence & 0xffff;
    return packetWith({ timestamp, marker, ssrc, sequence, rid }, descriptor, payload);
  }

  private structure(head: number): Uint8Array {
    const bytes = (descriptors(this.name)[0] as Uint8Array).slice();
    const view = new DataView(bytes.buffer);
    bytes[0] = head;
    view.setUint16(1, this.frameNumber);
    // template_id_offset: six bits behind five flags.
    const offset = this.options.templateOffset ?? 0;
    view.setUint16(3, (view.getUint16(3) & 0xf81f) | (offset << 5));
    return bytes;
  }

  private plain(head: number, start: boolean): Uint8Array {
    const writer = new BitWriter().u(8, head).u(16, this.frameNumber);
    if (start && this.activeTargets !== null) writer.u(5, 0b01000).u(this.mode.targets, this.activeTargets);
    return writer.bytes();
  }
}

interface Header {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly ssrc: number;
  readonly rid: string | null;
}

function packetWith(
  { sequence, timestamp, marker, ssrc, rid }: Header,
  descriptor: Uint8Array | null,
  payload: Uint8Array,
): Uint8Array {
  const memory = memoryOf(new Uint8Array(1024 + payload.length));
  const values: (readonly [number, Uint8Array])[] = [];
  if (descriptor) values.push([descriptorId, descriptor]);
  if (rid !== null) values.push([ridId, new TextEncoder().encode(rid)]);
  let length = writeRtpHeader(memory, 0, marker, 45, sequence, timestamp, ssrc, values.length > 0);
  const writer = new ExtensionWriter();
  writer.begin(
    memory,
    length,
    values.some(([, value]) => value.length > 16),
  );
  for (const [id, value] of values) {
    memory.u8.set(value, 700);
    writer.add(id, 700, value.length);
  }
  length += writer.end();
  memory.u8.set(payload, length);
  return memory.u8.slice(0, length + payload.length);
}

/** The sequence header that Chromium wrote, and something of a frame. */
function keyPayload(name: string, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, 40));
  bytes.set(payloads(name)[0] as Uint8Array);
  return bytes;
}

/** One OBU, a frame, or the fragment that continues it (RTP Payload Format For AV1, v1.0, section 4.4). */
function deltaPayload(start: boolean, size: number): Uint8Array {
  const bytes = new Uint8Array(size).fill(7);
  bytes[0] = start ? 0x50 : 0x90;
  bytes[1] = 0x30;
  return bytes;
}
