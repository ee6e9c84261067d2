import { dependencyDescriptorUri } from '../../kit/index.js';
import type { DownTrackDescription } from '../description.js';
import { LayerFilter } from './layer-filter.js';
import { allLayers } from './layer-levels.js';
import { TargetFilter } from './target-filter.js';

/** Decides which packets of a layered stream one viewer gets. */
export type PacketFilter = LayerFilter | TargetFilter;

/** The filter for what was agreed with a viewer. */
export function packetFilter({ codec, extensions }: DownTrackDescription): PacketFilter {
  if (codec.name !== 'AV1') return new LayerFilter();
  // Without descriptors browsers decode no picture of several spatial layers (Chromium 156).
  const hasDescriptors = extensions.some(({ uri }) => uri === dependencyDescriptorUri);
  return new TargetFilter(hasDescriptors ? allLayers : 0);
}
