// Other servers that are measured beside Sluice, with the same publisher and viewers.
import { findJanus } from './janus.mjs';
import { findMediasoup } from './mediasoup.mjs';

/** @typedef {{ title: string, start: () => Promise<any> }} Rival a column's title, and what starts it for a Stage */

/** @type {Record<string, (options: import('../lib/options.mjs').Options) => Promise<Rival>>} */
const known = {
  janus: () => findJanus({ eventLoops: 1 }),
  'janus-default': () => findJanus({ eventLoops: 0 }),
  mediasoup: ({ mediasoup }) => findMediasoup(mediasoup),
};

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<{ rivals: Rival[], missing: string[] }>} those that can be started, and why others cannot
 */
export async function findRivals(options) {
  const rivals = [];
  const missing = [];
  for (const name of options.rivals) {
    try {
      rivals.push(await known[name](options));
    } catch (error) {
      missing.push(error.message);
    }
  }
  return { rivals, missing };
}
