import { dependencyDescriptorUri } from '../../kit/index.js';
import { DependencyDescriptor, INDICATION, type PacketLayers, type RtpPacket } from '../../rtp/index.js';
import type { TrackExtension } from '../description.js';
import { levelCount, spatialLayers, temporalLayers } from './layer-levels.js';

/** Tells streams of several layers from those of one; each use of it brings its own structure. */
const probe = new DependencyDescriptor();

/**
 * What the cached packets of an AV1 up track are to its decode targets (RTP Payload Format For AV1, v1.0, appendix A):
 * parallel arrays by cache slot, read from the dependency descriptor once, when a packet arrives. Each is a mask of
 * levels, bit `spatialId * temporalLayers + temporalId`; where the stream has no target of just these layers it stands for
 * the best one below, so that levels mean something whatever structure a packet came with.
 *
 * A packet without a descriptor that can be read is for every level: so a stream whose structure is not known goes whole.
 */
export class DecodeTargets {
  /** The packet is of the level's frames. */
  readonly present: Uint16Array;
  /** Later frames of the level depend on its frame. */
  readonly needed: Uint16Array;
  /** Later frames of the level depend on nothing before its frame. */
  readonly switches: Uint16Array;
  /** -1 for unknown. */
  readonly frameNumbers: Int32Array;
  /** By level, the level itself, or the best below it that the publisher sends for now. */
  readonly reach = Uint8Array.from({ length: levelCount }, (_, level) => level);
  /** Payload bytes since the beginning of what each level takes. */
  readonly octets = new Float64Array(levelCount);
  private readonly descriptor = new DependencyDescriptor();
  /** By level. */
  private readonly targets = new Uint8Array(levelCount);
  private activeTargets = 0;

  private constructor(
    private readonly extensionId: number,
    capacity: number,
  ) {
    this.present = new Uint16Array(capacity);
    this.needed = new Uint16Array(capacity);
    this.switches = new Uint16Array(capacity);
    this.frameNumbers = new Int32Array(capacity);
  }

  /**
   * @param extensions as agreed with the publisher
   * @param capacity slots of the cache
   * @returns null where descriptors were not agreed on
   */
  static create(extensions: readonly TrackExtension[], capacity: number): DecodeTargets | null {
    const id = extensionIdOf(extensions);
    return id === 0 ? null : new DecodeTargets(id, capacity);
  }

  /** Whether a packet brings the structure of a stream with more than one decode target. */
  static areIn(extensions: readonly TrackExtension[], packet: RtpPacket): boolean {
    const at = packet.findExtension(extensionIdOf(extensions));
    if (at < 0 || !probe.read(packet.memory, at, packet.elementLength)) return false;
    return probe.hasStructure && probe.structure.targetCount > 1;
  }

  /** Pixels; 0 where it is not told. */
  widthOf(spatialId: number): number {
    const { structure } = this.descriptor;
    return spatialId < structure.resolutionCount ? (structure.widths[spatialId] as number) : 0;
  }

  heightOf(spatialId: number): number {
    const { structure } = this.descriptor;
    return spatialId < structure.resolutionCount ? (structure.heights[spatialId] as number) : 0;
  }

  /**
   * Notes a packet that was stored.
   * @returns false, `out` untouched, when it has no descriptor that can be read
   */
  note(packet: RtpPacket, slot: number, keyFrame: boolean, out: PacketLayers): boolean {
    const known = this.read(packet, keyFrame);
    if (known) {
      this.noteIndications(slot);
      out.temporalId = this.descriptor.temporalId;
      out.spatialId = this.descriptor.spatialId;
      out.startsFrame = this.descriptor.startsFrame;
      out.endsFrame = this.descriptor.endsFrame;
    } else {
      this.present[slot] = 2 ** levelCount - 1;
      this.needed[slot] = 0;
      this.switches[slot] = 0;
    }
    this.frameNumbers[slot] = known ? this.descriptor.frameNumber : -1;
    const present = this.present[slot] as number;
    for (let level = 0; level < levelCount; level += 1) {
      if ((present & (1 << level)) !== 0)
        this.octets[level] = (this.octets[level] as number) + packet.payloadLength;
    }
    return known;
  }

  private read(packet: RtpPacket, keyFrame: boolean): boolean {
    const { descriptor } = this;
    const at = packet.findExtension(this.extensionId);
    const known = at >= 0 && descriptor.read(packet.memory, at, packet.elementLength);
    // What follows a key frame is of its structure; by an older one it would be misread.
    if (keyFrame && !(known && descriptor.hasStructure)) {
      descriptor.forget();
      return false;
    }
    if (!known) return false;
    if (descriptor.hasStructure) this.mapTargets();
    if (descriptor.hasStructure || descriptor.activeTargets !== this.activeTargets) this.findReach();
    return true;
  }

  private noteIndications(slot: number): void {
    const { indications } = this.descriptor;
    let present = 0;
    let needed = 0;
    let switches = 0;
    for (let level = 0; level < levelCount; level += 1) {
      const indication = indications[this.targets[level] as number] as number;
      const bit = 1 << level;
      if (indication !== INDICATION.notPresent) present |= bit;
      if (indication >= INDICATION.switchPoint) needed |= bit;
      if (indication === INDICATION.switchPoint) switches |= bit;
    }
    this.present[slot] = present;
    this.needed[slot] = needed;
    this.switches[slot] = switches;
  }

  private mapTargets(): void {
    const { structure } = this.descriptor;
    for (let level = 0; level < levelCount; level += 1) {
      let best = 0;
      for (let target = 1; target < structure.targetCount; target += 1) {
        if (this.rank(target, level) > this.rank(best, level)) best = target;
      }
      this.targets[level] = best;
    }
  }

  /** How well a decode target serves a level: first by its spatial layer, then by its temporal one. */
  private rank(target: number, level: number): number {
    const { targetSpatialIds, targetTemporalIds } = this.descriptor.structure;
    const spatial = Math.min(targetSpatialIds[target] as number, spatialLayers - 1);
    const temporal = Math.min(targetTemporalIds[target] as number, temporalLayers - 1);
    const wantedSpatial = Math.floor(level / temporalLayers);
    const wantedTemporal = level % temporalLayers;
    const near = (has: number, wanted: number) => (has <= wanted ? has : wanted - has);
    return near(spatial, wantedSpatial) * 2 * temporalLayers + near(temporal, wantedTemporal);
  }

  private findReach(): void {
    const { activeTargets } = this.descriptor;
    this.activeTargets = activeTargets;
    for (let level = 0; level < levelCount; level += 1) {
      let found = level;
      for (let lower = level; lower >= 0; lower -= 1) {
        const within = lower % temporalLayers <= level % temporalLayers;
        if (!within || ((activeTargets >>> (this.targets[lower] as number)) & 1) === 0) continue;
        found = lower;
        break;
      }
      this.reach[level] = found;
    }
  }
}

/** 0 for none. */
function extensionIdOf(extensions: readonly TrackExtension[]): number {
  return extensions.find(({ uri }) => uri === dependencyDescriptorUri)?.id ?? 0;
}
