import { allLayers, spatialLayers } from './layer-levels.js';
import { endsFrame, type LayerTable, layerSync, startsFrame, switchingUp } from './layer-table.js';

/**
 * Decides which packets of a layered stream one viewer gets: those up to a spatial and a temporal layer. The way down is
 * open at every picture. A higher temporal layer is entered where the stream says that it can be: with a VP8 picture that
 * needs the base alone (Y, RFC 7741 section 4.2), or behind a VP9 picture with U (RFC 9628 section 4.2). A higher spatial
 * layer, and everything else, is entered with a key frame.
 */
export class LayerFilter {
  /** The highest spatial layer that the viewer can make use of. */
  readonly topSpatialId = allLayers;
  private spatialTarget = allLayers;
  private temporalTarget = allLayers;
  private spatialLimit = allLayers;
  private temporalLimit = allLayers;
  /** The limit from the next picture on. */
  private temporalNext = allLayers;
  private timestamp = -1;

  /** Sets which layers the viewer is to get. */
  aim(spatialId: number, temporalId: number): void {
    this.spatialTarget = spatialId;
    this.temporalTarget = temporalId;
  }

  /** True while only a key frame brings the viewer to where it is to be. */
  get needsKeyFrame(): boolean {
    return Math.min(this.spatialTarget, spatialLayers - 1) > this.spatialLimit;
  }

  /** True while nothing is left out. */
  get takesAll(): boolean {
    return this.spatialLimit === allLayers && this.temporalLimit === allLayers;
  }

  /** Decides about a packet newer than all before. */
  admit(layers: LayerTable, slot: number, timestamp: number, keyFrame: boolean): boolean {
    const flags = layers.flags[slot] as number;
    const temporalId = layers.temporalIds[slot] as number;
    if (keyFrame) {
      this.enter();
      this.timestamp = timestamp;
    } else if (timestamp !== this.timestamp) {
      this.timestamp = timestamp;
      this.spatialLimit = Math.min(this.spatialLimit, this.spatialTarget);
      this.temporalLimit = Math.min(Math.max(this.temporalLimit, this.temporalNext), this.temporalTarget);
      this.temporalNext = this.temporalLimit;
      const enters = (flags & layerSync) !== 0 && (flags & startsFrame) !== 0;
      if (enters && temporalId > this.temporalLimit && temporalId <= this.temporalTarget)
        this.temporalLimit = temporalId;
    }
    if ((flags & switchingUp) !== 0 && temporalId <= this.temporalLimit)
      this.temporalNext = this.temporalTarget;
    return this.takes(layers, slot);
  }

  /** Whether a packet is of the layers that go now. */
  takes(layers: LayerTable, slot: number): boolean {
    return (
      (layers.spatialIds[slot] as number) <= this.spatialLimit &&
      (layers.temporalIds[slot] as number) <= this.temporalLimit
    );
  }

  /** Whether a packet is the last of its picture for this viewer although the publisher's picture goes on. */
  endsPicture(layers: LayerTable, slot: number): boolean {
    return (
      layers.spatialIds[slot] === this.spatialLimit && ((layers.flags[slot] as number) & endsFrame) !== 0
    );
  }

  /** Begins with a key frame. */
  enter(): void {
    this.spatialLimit = this.spatialTarget;
    this.temporalLimit = this.temporalTarget;
    this.temporalNext = this.temporalTarget;
  }
}
