import type { UpTrack } from '../up-track.js';
import { spatialLayers, temporalLayers } from './layer-table.js';

/** Least time between two measurements, ms. */
const interval = 500;
/** Time over which rates are smoothed, ms. */
const memory = 2000;
/** Silence after which an encoding counts as not being sent: browsers pause those they have no bandwidth for, ms. */
const pausedAfter = 1000;

const layerCount = spatialLayers * temporalLayers;

/**
 * What each layer of an up track costs: payload bitrates, smoothed, measured when somebody wants to know, at most twice a
 * second. A track whose packets do not name their layers has one, the base.
 */
export class LayerRates {
  /** bit/s, by spatial, then temporal layer; each alone, without those it builds on. */
  readonly rates = new Float64Array(layerCount);
  private readonly before = new Float64Array(layerCount);
  private measuredAt = -1;
  private measured = false;

  constructor(private readonly up: UpTrack) {}

  /** Whether it is being sent. */
  isActive(now: number): boolean {
    return this.up.packets > 0 && now - this.up.lastPacketAt <= pausedAfter;
  }

  /** Brings `rates` up to date. */
  measure(now: number): void {
    const { up } = this;
    const elapsed = now - this.measuredAt;
    if (this.measuredAt >= 0 && elapsed < interval) return;
    for (let layer = 0; layer < layerCount; layer += 1) {
      const octets = up.layers ? (up.layers.octets[layer] as number) : layer === 0 ? up.octets : 0;
      const rate = (Math.max(0, octets - (this.before[layer] as number)) * 8000) / elapsed;
      this.before[layer] = octets;
      if (this.measuredAt < 0) continue;
      const known = this.rates[layer] as number;
      this.rates[layer] = this.measured ? known + (rate - known) * Math.min(1, elapsed / memory) : rate;
    }
    this.measured = this.measuredAt >= 0;
    this.measuredAt = now;
  }

  /** Bitrate of a layer and all that it builds on, bit/s. */
  upTo(spatialId: number, temporalId: number): number {
    let sum = 0;
    for (let spatial = 0; spatial <= spatialId; spatial += 1) {
      for (let temporal = 0; temporal <= temporalId; temporal += 1)
        sum += this.rates[spatial * temporalLayers + temporal] as number;
    }
    return sum;
  }

  /** Whether a layer is being sent, as far as measured. */
  has(spatialId: number, temporalId: number): boolean {
    return (this.rates[spatialId * temporalLayers + temporalId] as number) > minRate;
  }
}

/** Below this a layer has died away, bit/s. */
const minRate = 1000;
