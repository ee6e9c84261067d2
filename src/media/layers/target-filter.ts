import { allLayers, levelCount, levelOf, spatialLayers, temporalLayers } from './layer-levels.js';
import { endsFrame, type LayerTable } from './layer-table.js';

const allLevels = 2 ** levelCount - 1;

/**
 * Decides which packets of an AV1 stream one viewer gets: those of its decode target, and no others. It keeps account of
 * the targets that the viewer could decode: all of them from a key frame on, one no more once a frame was left out that
 * later ones of that target depend on, and again behind a frame that it was sent and that is a switch point for it. To such
 * a target it changes with the next picture, up or down; to any other with a key frame.
 */
export class TargetFilter {
  private wanted: number;
  private level: number;
  private decodable = allLevels;
  private reach: Uint8Array | null = null;
  private timestamp = -1;
  private frame = -1;
  private takesFrame = true;

  /** @param topSpatialId the highest spatial layer that the viewer can make use of */
  constructor(readonly topSpatialId: number) {
    this.wanted = levelOf(topSpatialId, allLayers);
    this.level = this.wanted;
  }

  /** Sets which layers the viewer is to get. */
  aim(spatialId: number, temporalId: number): void {
    this.wanted = levelOf(Math.min(spatialId, this.topSpatialId), temporalId);
  }

  /** True while only a key frame brings the viewer to where it is to be. Temporal layers alone come without. */
  get needsKeyFrame(): boolean {
    const { goal } = this;
    return spatialOf(goal) !== spatialOf(this.level) && !this.canDecode(goal);
  }

  /** True while nothing is left out that could be of use. */
  get takesAll(): boolean {
    return this.level === levelCount - 1;
  }

  /** Decides about a packet newer than all before. */
  admit({ targets }: LayerTable, slot: number, timestamp: number, keyFrame: boolean): boolean {
    if (targets === null) return true;
    this.reach = targets.reach;
    if (keyFrame) this.enter();
    else if (timestamp !== this.timestamp) this.change();
    const frame = targets.frameNumbers[slot] as number;
    if (frame < 0 || frame !== this.frame || keyFrame) {
      this.takesFrame = ((targets.present[slot] as number) & (1 << this.level)) !== 0;
      if (this.takesFrame) this.decodable |= targets.switches[slot] as number;
      else this.decodable &= ~(targets.needed[slot] as number);
    }
    this.timestamp = timestamp;
    this.frame = frame;
    return this.takesFrame;
  }

  /** Whether a packet is of the layers that go now. */
  takes({ targets }: LayerTable, slot: number): boolean {
    return targets === null || ((targets.present[slot] as number) & (1 << this.level)) !== 0;
  }

  /** Whether a packet is the last of its picture for this viewer although the publisher's picture goes on. */
  endsPicture(layers: LayerTable, slot: number): boolean {
    return (
      layers.spatialIds[slot] === spatialOf(this.level) && ((layers.flags[slot] as number) & endsFrame) !== 0
    );
  }

  /** Begins with a key frame. */
  enter(): void {
    this.level = this.goal;
    this.decodable = allLevels;
  }

  /** What is wanted, as far as it is being sent. */
  private get goal(): number {
    return this.reach === null ? this.wanted : (this.reach[this.wanted] as number);
  }

  private change(): void {
    const { goal, level } = this;
    if (goal === level) return;
    if (this.canDecode(goal)) {
      this.level = goal;
      return;
    }
    const spatial = spatialOf(level);
    if (spatial === spatialOf(goal)) return;
    // Until the key frame comes: for one that is to get less, at least less of this picture.
    const meanwhile = levelOf(spatial, spatialOf(goal) < spatial ? 0 : goal % temporalLayers);
    if (this.canDecode(meanwhile)) this.level = meanwhile;
  }

  private canDecode(level: number): boolean {
    return (this.decodable & (1 << level)) !== 0;
  }
}

function spatialOf(level: number): number {
  return Math.min(spatialLayers - 1, Math.floor(level / temporalLayers));
}
