import type { UpTrack } from '../up-track.js';
import { allLayers, spatialLayers, temporalLayers } from './layer-levels.js';

/** What a viewer can be sent: an encoding, and of it the layers up to these. */
export interface Level {
  readonly up: UpTrack;
  /** The highest; `allLayers` for whatever comes. */
  readonly spatialId: number;
  readonly temporalId: number;
  /** bit/s; 0 while not measured. */
  readonly rate: number;
  /** Pixels; 0 while unknown. */
  readonly width: number;
  readonly height: number;
}

/** A level that costs more than this share of the next better one is no help to anybody. */
const worthwhile = 0.8;

/**
 * The levels a viewer can be sent of some encodings of a picture, the worst first: each better and dearer than the one
 * before.
 * @param topSpatialId the highest spatial layer that the viewer can make use of
 * @param width that is enough for the viewer, pixels: the best level is the smallest at least as large, or else the
 * largest; 0 for any
 */
export function layerLadder(
  ups: readonly UpTrack[],
  topSpatialId: number,
  width: number,
  height: number,
  now: number,
): Level[] {
  const active = ups.filter(({ rates }) => rates.isActive(now));
  const lowest = active.reduce(
    (low, up) => (area(up.size) < area(low.size) ? up : low),
    active[0] as UpTrack,
  );
  const levels = active.flatMap((up) => levelsOf(up, topSpatialId, up === lowest, now));
  levels.sort((a, b) => area(a) - area(b) || a.rate - b.rate);
  const enough = levels.find((level) => level.width >= width && level.height >= height);
  const most = enough && (width > 0 || height > 0) ? area(enough) : Number.POSITIVE_INFINITY;
  const ladder: Level[] = [];
  for (const level of levels.filter((one) => area(one) <= most).reverse()) {
    const better = ladder[0];
    if (!better || (level.rate > 0 && level.rate <= better.rate * worthwhile)) ladder.unshift(level);
  }
  return ladder;
}

/**
 * Of the smallest picture every temporal layer counts. Of larger ones the highest alone may be left out: rather than with
 * a quarter of its frames a picture is shown smaller.
 */
function levelsOf(up: UpTrack, topSpatialId: number, isLowest: boolean, now: number): Level[] {
  const { rates, layers } = up;
  rates.measure(now);
  const topSpatial = highest(spatialLayers, (layer) => rates.has(layer, 0));
  const levels: Level[] = [];
  for (let spatial = 0; spatial <= Math.min(topSpatial, topSpatialId); spatial += 1) {
    const top = spatial === topSpatial;
    const topTemporal = highest(temporalLayers, (layer) => rates.has(spatial, layer));
    const least = isLowest && spatial === 0 ? 0 : Math.max(0, topTemporal - 1);
    for (let temporal = least; temporal <= topTemporal; temporal += 1) {
      levels.push({
        up,
        spatialId: top ? allLayers : spatial,
        temporalId: temporal === topTemporal ? allLayers : temporal,
        rate: rates.upTo(spatial, temporal),
        width: (top ? 0 : layers?.widthOf(spatial)) || up.size.width,
        height: (top ? 0 : layers?.heightOf(spatial)) || up.size.height,
      });
    }
  }
  return levels;
}

/** The highest layer that is sent, 0 where none is. */
function highest(count: number, isSent: (layer: number) => boolean): number {
  for (let layer = count - 1; layer > 0; layer -= 1) if (isSent(layer)) return layer;
  return 0;
}

function area({ width, height }: { readonly width: number; readonly height: number }): number {
  return width * height;
}
