import { type LayerReader, layerReader, type PacketLayers, type RtpPacket } from '../../rtp/index.js';
import type { TrackDescription } from '../description.js';
import { DecodeTargets } from './decode-targets.js';
import { levelCount, levelOf, spatialLayers, temporalLayers } from './layer-levels.js';

/** Of a cached packet. */
export const startsFrame = 1;
export const endsFrame = 2;
/** VP8: the frame's own temporal layer can be entered with it. */
export const layerSync = 4;
/** VP9: higher temporal layers can be entered behind it. */
export const switchingUp = 8;

/**
 * Where the cached packets of an up track stand among its layers: parallel arrays by cache slot, read from the payload,
 * or of AV1 the dependency descriptor, once, when a packet arrives. Also how many payload bytes each layer has brought.
 */
export class LayerTable {
  readonly temporalIds: Uint8Array;
  readonly spatialIds: Uint8Array;
  readonly flags: Uint8Array;
  /** As in the payload; -1 for none. */
  readonly pictureIds: Int32Array;
  readonly tl0PictureIndexes: Int16Array;
  /** Payload bytes since the beginning, by spatial, then temporal layer (`temporalLayers` each). */
  readonly octets = new Float64Array(levelCount);
  private readonly read: PacketLayers = {
    temporalId: 0,
    spatialId: 0,
    startsFrame: false,
    endsFrame: false,
    layerSync: false,
    switchingUp: false,
    pictureId: -1,
    tl0PictureIndex: -1,
  };

  private constructor(
    private readonly reader: LayerReader | null,
    /** Of AV1 only. */
    readonly targets: DecodeTargets | null,
    capacity: number,
  ) {
    this.temporalIds = new Uint8Array(capacity);
    this.spatialIds = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.pictureIds = new Int32Array(capacity).fill(-1);
    this.tl0PictureIndexes = new Int16Array(capacity).fill(-1);
  }

  /**
   * @param track as agreed with the publisher
   * @param capacity slots of the cache
   * @returns null where nothing tells of layers
   */
  static create({ codec, extensions }: TrackDescription, capacity: number): LayerTable | null {
    const reader = layerReader(codec.name);
    const targets = codec.name === 'AV1' ? DecodeTargets.create(extensions, capacity) : null;
    return reader || targets ? new LayerTable(reader, targets, capacity) : null;
  }

  /** Width of a spatial layer, pixels; 0 where it is not told. */
  widthOf(spatialId: number): number {
    return this.targets?.widthOf(spatialId) ?? this.reader?.widths[spatialId] ?? 0;
  }

  heightOf(spatialId: number): number {
    return this.targets?.heightOf(spatialId) ?? this.reader?.heights[spatialId] ?? 0;
  }

  /** Notes a packet that was stored. One that cannot be read counts as of the base, which everybody gets. */
  note(packet: RtpPacket, slot: number, keyFrame: boolean): void {
    const { read, targets } = this;
    const { memory, payloadOffset, payloadLength } = packet;
    const known = targets
      ? targets.note(packet, slot, keyFrame, read)
      : (this.reader?.read(memory, payloadOffset, payloadLength, read) ?? false);
    const temporalId = known ? Math.min(read.temporalId, temporalLayers - 1) : 0;
    const spatialId = known ? Math.min(read.spatialId, spatialLayers - 1) : 0;
    this.temporalIds[slot] = temporalId;
    this.spatialIds[slot] = spatialId;
    this.flags[slot] = known
      ? (read.startsFrame ? startsFrame : 0) |
        (read.endsFrame ? endsFrame : 0) |
        (read.layerSync ? layerSync : 0) |
        (read.switchingUp ? switchingUp : 0)
      : 0;
    this.pictureIds[slot] = known ? read.pictureId : -1;
    this.tl0PictureIndexes[slot] = known ? read.tl0PictureIndex : -1;
    const layer = levelOf(spatialId, temporalId);
    this.octets[layer] = (this.octets[layer] as number) + payloadLength;
  }

  /** Whether the first packet of a key frame tells of layers; streams of one layer do not. */
  static names({ codec, extensions }: TrackDescription, packet: RtpPacket): boolean {
    const { memory, payloadOffset, payloadLength } = packet;
    if (codec.name === 'AV1') return DecodeTargets.areIn(extensions, packet);
    if (payloadLength < 2) return false;
    const first = memory.view.getUint8(payloadOffset);
    // VP8: X, and T in the byte behind (RFC 7741 section 4.2); VP9: L (RFC 9628 section 4.2).
    if (codec.name === 'VP8')
      return (first & 0x80) !== 0 && (memory.view.getUint8(payloadOffset + 1) & 0x20) !== 0;
    return codec.name === 'VP9' && (first & 0x20) !== 0;
  }
}
