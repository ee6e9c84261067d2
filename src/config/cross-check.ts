import type { Config } from './schema.js';

const highestPort = 65535;

/**
 * What no single setting can tell: values that do not go together, one line each.
 * @param originOf where the value of a key comes from
 */
export function crossCheck(config: Config, originOf: (key: string) => string): string[] {
  const problems: string[] = [];
  const refuse = (key: string, text: string) => problems.push(`${key}: ${text} (${originOf(key)})`);
  const { wsPort, httpPort, mediaPort, mediaWorkers, announce, media } = config;

  if (wsPort === httpPort && wsPort !== 0) {
    refuse(
      'httpPort',
      `${httpPort} is the port of wsPort too; give two different ones, or 0 for any free one`,
    );
  }
  if (mediaPort !== 0 && mediaPort + mediaWorkers - 1 > highestPort) {
    refuse(
      'mediaPort',
      `${mediaPort} leaves no port for each of ${mediaWorkers} media processes; the highest possible is ${highestPort + 1 - mediaWorkers}`,
    );
  }
  for (const [index, { port }] of announce.entries()) {
    if (port === undefined || port + mediaWorkers - 1 <= highestPort) continue;
    problems.push(
      `announce.${index}: port ${port} leaves no port for each of ${mediaWorkers} media processes; the highest possible is ${highestPort + 1 - mediaWorkers} (${originOf('announce')})`,
    );
  }
  if (media.minBitrate > media.maxBitrate) {
    refuse(
      'media.minBitrate',
      `${media.minBitrate} is more than media.maxBitrate, which is ${media.maxBitrate}`,
    );
  }
  return problems;
}
