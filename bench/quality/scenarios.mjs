// What is tried, by name.
import {
  directlyBehindBottleneck,
  publisherBehindBottleneck,
  viewerBehindBottleneck,
} from './bottleneck.mjs';
import { publisherBehindLoss, viewersBehindLoss } from './loss.mjs';

/**
 * @typedef {object} Scenario
 * @property {string} title
 * @property {(stage: import('./stage.mjs').Stage, options: import('./options.mjs').Options,
 *   say: import('./loss.mjs').Say) => Promise<void>} run
 */

/** @type {Record<string, Scenario>} */
export const scenarios = {
  'viewer-loss': {
    title: 'Viewers behind loss and delay, publisher clean',
    run: (stage, options, say) => viewersBehindLoss(stage, options, say, { recovery: true }),
  },
  'viewer-loss-bare': {
    title: 'The same without recovery: no NACK, no PLI agreed on',
    run: (stage, options, say) => viewersBehindLoss(stage, options, say, { recovery: false }),
  },
  'publisher-loss': {
    title: 'Publisher behind loss and delay, viewer clean',
    run: publisherBehindLoss,
  },
  'publisher-bottleneck': {
    title: 'Publisher behind a bottleneck, round trip 60 ms, viewer clean',
    run: publisherBehindBottleneck,
  },
  'direct-bottleneck': {
    title: 'The same, but straight to the viewer: no server between the browsers',
    run: directlyBehindBottleneck,
  },
  'viewer-bottleneck': {
    title: 'Viewer behind a bottleneck, round trip 60 ms, publisher clean',
    run: viewerBehindBottleneck,
  },
};
