import type { BitReader } from './codecs/bit-reader.js';

const MAX_TEMPLATES = 64;
const MAX_TARGETS = 32;
const MAX_TEMPORAL_ID = 7;
const MAX_SPATIAL_ID = 3;

/** How to get to the next template from the one before (next_layer_idc). */
const NEXT_TEMPORAL_LAYER = 1;
const NEXT_SPATIAL_LAYER = 2;
const NO_MORE_TEMPLATES = 3;

/**
 * The template dependency structure of a stream (RTP Payload Format For AV1, v1.0, appendix A): which layers its
 * frames are of, and which decode targets, that is which selections of layers, need them. A key frame's
 * descriptor brings it; the descriptors after it refer to its templates.
 */
export class DependencyStructure {
  /** template_id_offset, 0 to 63. */
  templateIdOffset = 0;
  /** Templates, 0 to 64; 0 while no structure was read. */
  templateCount = 0;
  /** Decode targets, at most 32. */
  targetCount = 0;
  /** Chains, at most as many as decode targets. */
  chainCount = 0;
  /** Spatial layers that have a resolution; 0 when it is not told. */
  resolutionCount = 0;
  /** By template. */
  readonly temporalIds = new Uint8Array(MAX_TEMPLATES);
  /** By template. */
  readonly spatialIds = new Uint8Array(MAX_TEMPLATES);
  /** By template, then decode target (32 each): `DependencyDescriptor.indications`. */
  readonly indications = new Uint8Array(MAX_TEMPLATES * MAX_TARGETS);
  /** By decode target: the highest layers it takes. */
  readonly targetTemporalIds = new Uint8Array(MAX_TARGETS);
  readonly targetSpatialIds = new Uint8Array(MAX_TARGETS);
  /** By spatial layer, pixels. */
  readonly widths = new Uint32Array(MAX_SPATIAL_ID + 1);
  readonly heights = new Uint32Array(MAX_SPATIAL_ID + 1);

  /** Reads template_dependency_structure(). On false the contents mean nothing. */
  read(reader: BitReader): boolean {
    this.templateIdOffset = reader.bits(6);
    this.targetCount = reader.bits(5) + 1;
    if (!this.readLayers(reader)) return false;
    for (let template = 0; template < this.templateCount; template++) {
      for (let target = 0; target < this.targetCount; target++) {
        this.indications[template * MAX_TARGETS + target] = reader.bits(2);
      }
    }
    if (reader.failed) return false;
    this.skipFrameDistances(reader);
    this.skipChains(reader);
    this.findTargetLayers();
    this.readResolutions(reader);
    return !reader.failed;
  }

  private readLayers(reader: BitReader): boolean {
    let temporalId = 0;
    let spatialId = 0;
    this.templateCount = 0;
    for (let next = 0; next !== NO_MORE_TEMPLATES; next = reader.bits(2)) {
      if (next === NEXT_TEMPORAL_LAYER) {
        temporalId++;
      } else if (next === NEXT_SPATIAL_LAYER) {
        temporalId = 0;
        spatialId++;
      }
      if (temporalId > MAX_TEMPORAL_ID || spatialId > MAX_SPATIAL_ID) return false;
      if (this.templateCount === MAX_TEMPLATES || reader.failed) return false;
      this.temporalIds[this.templateCount] = temporalId;
      this.spatialIds[this.templateCount] = spatialId;
      this.templateCount++;
    }
    return true;
  }

  /** template_fdiffs(): which frames a frame refers to, finer than choosing among layers needs. */
  private skipFrameDistances(reader: BitReader): void {
    for (let template = 0; template < this.templateCount; template++) {
      while (reader.flag()) reader.bits(4);
    }
  }

  /** Chains tell a receiver what it has lost; here, what is missing is asked for. */
  private skipChains(reader: BitReader): void {
    this.chainCount = reader.nonSymmetric(this.targetCount + 1);
    if (this.chainCount === 0) return;
    for (let target = 0; target < this.targetCount; target++) reader.nonSymmetric(this.chainCount);
    for (let left = this.templateCount * this.chainCount; left > 0; left--) reader.bits(4);
  }

  /** A decode target takes the highest layers of the templates that are present in it. */
  private findTargetLayers(): void {
    for (let target = 0; target < this.targetCount; target++) {
      let temporalId = 0;
      let spatialId = 0;
      for (let template = 0; template < this.templateCount; template++) {
        if (this.indications[template * MAX_TARGETS + target] === 0) continue;
        temporalId = Math.max(temporalId, this.temporalIds[template] as number);
        spatialId = Math.max(spatialId, this.spatialIds[template] as number);
      }
      this.targetTemporalIds[target] = temporalId;
      this.targetSpatialIds[target] = spatialId;
    }
  }

  private readResolutions(reader: BitReader): void {
    this.resolutionCount = reader.flag() ? (this.spatialIds[this.templateCount - 1] as number) + 1 : 0;
    for (let layer = 0; layer < this.resolutionCount; layer++) {
      this.widths[layer] = reader.bits(16) + 1;
      this.heights[layer] = reader.bits(16) + 1;
    }
  }
}
