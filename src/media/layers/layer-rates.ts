import type { UpTrack } from '../up-track.js';
import { levelCount, levelOf } from './layer-levels.js';

/** Least time between two measurements, ms. */
const interval = 500;
/** Time over which rates are smoothed, ms. */
const memory = 2000;
/** Silence after which an encoding counts as not being sent: browsers pause those they have no bandwidth for, ms. */
const pausedAfter = 1000;

/**
 * What each layer of an up track costs: payload bitrates, smoothed, measured when somebody wants to know, at most twice a
 * second. A track whose packets do not name their layers has one, the base.
 */
export class LayerRates {
  /** Each layer alone, without those it builds on. */
  private readonly alone = new Smoothed();
  /** What a level takes, where that is told: not all that is below need be of it. */
  private readonly together = new Smoothed();
  private measuredAt = -1;

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
    const isFirst = this.measuredAt < 0;
    const { layers } = up;
    for (let level = 0; level < levelCount; level += 1) {
      const octets = layers ? (layers.octets[level] as number) : level === 0 ? up.octets : 0;
      this.alone.measure(level, octets, isFirst, elapsed);
      if (layers?.targets)
        this.together.measure(level, layers.targets.octets[level] as number, isFirst, elapsed);
    }
    this.measuredAt = now;
  }

  /** Bitrate of a layer and all that it builds on, bit/s. */
  upTo(spatialId: number, temporalId: number): number {
    if (this.up.layers?.targets) return this.together.rates[levelOf(spatialId, temporalId)] as number;
    let sum = 0;
    for (let spatial = 0; spatial <= spatialId; spatial += 1) {
      for (let temporal = 0; temporal <= temporalId; temporal += 1)
        sum += this.alone.rates[levelOf(spatial, temporal)] as number;
    }
    return sum;
  }

  /** Whether a layer is being sent, as far as measured. */
  has(spatialId: number, temporalId: number): boolean {
    return (this.alone.rates[levelOf(spatialId, temporalId)] as number) > minRate;
  }
}

/** Below this a layer has died away, bit/s. */
const minRate = 1000;

/** Smoothed bitrates of counts that grow, by level. */
class Smoothed {
  /** bit/s */
  readonly rates = new Float64Array(levelCount);
  private readonly before = new Float64Array(levelCount);
  /** Whether a rate has been measured. */
  private readonly measured = new Uint8Array(levelCount);

  /** @param elapsed since the last time, ms */
  measure(level: number, octets: number, isFirst: boolean, elapsed: number): void {
    const rate = (Math.max(0, octets - (this.before[level] as number)) * 8000) / elapsed;
    this.before[level] = octets;
    if (isFirst) return;
    const known = this.rates[level] as number;
    const weight = this.measured[level] === 1 ? Math.min(1, elapsed / memory) : 1;
    this.rates[level] = known + (rate - known) * weight;
    this.measured[level] = 1;
  }
}
