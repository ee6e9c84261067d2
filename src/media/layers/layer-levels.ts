/** Layers told apart: 4 temporal ones in each of 4 spatial ones; what is above counts as the highest. */
export const temporalLayers = 4;
export const spatialLayers = 4;

/** What a viewer can be sent of an encoding: its layers up to a spatial and a temporal one. */
export const levelCount = spatialLayers * temporalLayers;

export const allLayers = 255;

/** The place of a level, by spatial, then temporal layer; `allLayers` is the highest. */
export function levelOf(spatialId: number, temporalId: number): number {
  return Math.min(spatialId, spatialLayers - 1) * temporalLayers + Math.min(temporalId, temporalLayers - 1);
}
