import type { Memory } from '../kit/index.js';
import { BitReader } from './codecs/bit-reader.js';
import { DependencyStructure } from './dependency-structure.js';

const MANDATORY_LENGTH = 3;
const STARTS_FRAME = 0x80;
const ENDS_FRAME = 0x40;
const TEMPLATE_ID = 0x3f;
const TEMPLATE_IDS = 64;
const MAX_TARGETS = 32;

/** What a frame is to a decode target (DTI). */
export const INDICATION = { notPresent: 0, discardable: 1, switchPoint: 2, required: 3 } as const;

/**
 * Reads the dependency descriptor that comes with AV1 packets (RTP Payload Format For AV1, v1.0, appendix A). It
 * remembers the structure the last key frame brought, so each stream needs a reader of its own, and gives it
 * packets in the order of their numbers.
 *
 * The fields describe the last descriptor that `read` accepted, and save for `structure` mean nothing after it
 * refused one.
 */
export class DependencyDescriptor {
  startsFrame = false;
  endsFrame = false;
  /** Running number of the frames, 0 to 65535. */
  frameNumber = 0;
  temporalId = 0;
  spatialId = 0;
  /** The descriptor brought a new structure: a key frame's first. */
  hasStructure = false;
  /** By decode target: what the frame is to it, `INDICATION`. */
  readonly indications = new Uint8Array(MAX_TARGETS);
  /** One bit a decode target, the lowest for the first: those that frames are made for now. */
  activeTargets = 0;
  structure = new DependencyStructure();
  private spare = new DependencyStructure();
  private readonly reader = new BitReader();
  private hasCustomIndications = false;
  private hasCustomDistances = false;
  private hasCustomChains = false;

  /**
   * Reads the extension element's value at `offset`, and nothing outside it.
   *
   * @returns false when it is malformed, or no structure that it could refer to has come yet; the structure then
   * stays the one it was
   */
  read(memory: Memory, offset: number, length: number): boolean {
    if (length < MANDATORY_LENGTH) return false;
    const view = memory.view;
    const first = view.getUint8(offset);
    const reader = this.reader;
    reader.begin(memory, offset + MANDATORY_LENGTH, length - MANDATORY_LENGTH);
    let structure = this.structure;
    let activeTargets = this.activeTargets;
    let hasStructure = false;
    this.hasCustomIndications = false;
    this.hasCustomDistances = false;
    this.hasCustomChains = false;
    if (length > MANDATORY_LENGTH) {
      hasStructure = reader.flag();
      const hasActiveTargets = reader.flag();
      this.hasCustomIndications = reader.flag();
      this.hasCustomDistances = reader.flag();
      this.hasCustomChains = reader.flag();
      if (hasStructure) {
        structure = this.spare;
        if (!structure.read(reader)) return false;
        activeTargets = 2 ** structure.targetCount - 1;
      }
      if (hasActiveTargets) activeTargets = reader.bits(structure.targetCount);
    }
    const template = ((first & TEMPLATE_ID) + TEMPLATE_IDS - structure.templateIdOffset) % TEMPLATE_IDS;
    if (template >= structure.templateCount) return false;
    this.readDefinition(structure, template);
    if (reader.failed) return false;
    if (hasStructure) {
      this.spare = this.structure;
      this.structure = structure;
    }
    this.activeTargets = activeTargets;
    this.hasStructure = hasStructure;
    this.startsFrame = (first & STARTS_FRAME) !== 0;
    this.endsFrame = (first & ENDS_FRAME) !== 0;
    this.frameNumber = view.getUint16(offset + 1);
    this.temporalId = structure.temporalIds[template] as number;
    this.spatialId = structure.spatialIds[template] as number;
    return true;
  }

  /** Knows no structure any more: until one comes, no descriptor can be read. */
  forget(): void {
    this.structure.templateCount = 0;
  }

  /**
   * frame_dependency_definition(): what the descriptor does not say itself is as in the template. Which frames it refers
   * to, and its chains, are finer than choosing among layers needs.
   */
  private readDefinition(structure: DependencyStructure, template: number): void {
    const reader = this.reader;
    const base = template * MAX_TARGETS;
    for (let target = 0; target < structure.targetCount; target++) {
      this.indications[target] = this.hasCustomIndications
        ? reader.bits(2)
        : (structure.indications[base + target] as number);
    }
    if (this.hasCustomDistances) {
      for (let size = reader.bits(2); size > 0; size = reader.bits(2)) reader.bits(4 * size);
    }
    if (!this.hasCustomChains) return;
    for (let chain = 0; chain < structure.chainCount; chain++) reader.bits(8);
  }
}
