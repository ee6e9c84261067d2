// The viewers in C: built on demand.
import { build } from './c-program.mjs';

/** @throws {Error} whose message says what is missing */
export function buildAudience() {
  return build('audience', ['-lssl', '-lcrypto']);
}

/**
 * What viewers are unless told: C where it can be built.
 *
 * @returns {Promise<{ peers: 'c' | 'datachannel', reason?: string }>} and why not C
 */
export async function usualPeers() {
  try {
    await buildAudience();
    return { peers: 'c' };
  } catch (error) {
    return { peers: 'datachannel', reason: error.message };
  }
}
