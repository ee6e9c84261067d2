import type { Config } from './schema.js';

const highestPort = 65535;

/**
 * What no single setting can tell: values that do not go together, one line each.
 * @param originOf where the value of a key comes from
 */
export function crossCheck(config: Config, originOf: (key: string) => string): string[] {
  const problems: string[] = [];
  const refuse = (key: string, text: string) => problems.push(`${key}: ${text} (${originOf(key)})`);
  const { mediaPort, mediaWorkers, announce, media } = config;

  const ports = listeningPorts(config);
  for (const [index, [key, port]] of ports.entries()) {
    const [taken] = ports.slice(0, index).find(([, other]) => other === port && port !== 0) ?? [];
    if (taken === undefined) continue;
    refuse(key, `${port} is the port of ${taken} too; give two different ones, or 0 for any free one`);
  }
  if ((config.tls.certificate === '') !== (config.tls.key === '')) {
    const [given, missing] = config.tls.key === '' ? ['certificate', 'key'] : ['key', 'certificate'];
    refuse(`tls.${given}`, `needs tls.${missing} beside it`);
  }
  const last = mediaWorkers - 1;
  const leavesNone = `leaves no port for each of ${mediaWorkers} media processes; the highest possible is ${highestPort - last}`;
  if (mediaPort + last > highestPort) refuse('mediaPort', `${mediaPort} ${leavesNone}`);
  if (media.tcpPort + last > highestPort) refuse('media.tcpPort', `${media.tcpPort} ${leavesNone}`);
  for (const [index, { port = 0, tcpPort = 0 }] of announce.entries()) {
    for (const each of [port, tcpPort]) {
      if (each + last <= highestPort) continue;
      problems.push(`announce.${index}: port ${each} ${leavesNone} (${originOf('announce')})`);
    }
  }
  const mediaTcpPort = media.tcpPort || mediaPort;
  for (const [key, port] of ports) {
    if (!media.tcp || mediaTcpPort === 0 || port < mediaTcpPort || port > mediaTcpPort + last) continue;
    refuse(key, `${port} is a port for media over TCP too; choose another one, or see media.tcpPort`);
  }
  if (media.iceTransport === 'tcp' && !media.tcp) {
    refuse('media.iceTransport', 'tcp needs media.tcp, which is false');
  }
  if (media.minBitrate > media.maxBitrate) {
    refuse(
      'media.minBitrate',
      `${media.minBitrate} is more than media.maxBitrate, which is ${media.maxBitrate}`,
    );
  }
  const { jwtSecret, jwtKeyFile, jwksUrl } = config.access;
  const keys = Object.entries({ jwtSecret, jwtKeyFile, jwksUrl }).filter(([, value]) => value !== '');
  for (const [key] of keys.slice(1)) {
    // Tokens of two kinds of keys invite to pass one off as the other.
    refuse(`access.${key}`, `cannot be set beside access.${keys[0]?.[0]}; there is one key of tokens`);
  }
  if (jwtSecret !== '' && Buffer.byteLength(jwtSecret) < 32)
    refuse('access.jwtSecret', 'has less than 32 bytes, which HS256 needs (RFC 7518 section 3.2)');
  if (config.access.requireToken && keys.length === 0)
    refuse('access.requireToken', 'true needs access.jwtSecret, jwtKeyFile or jwksUrl');
  return problems;
}

/** The TCP ports beside those for media, by their settings. */
function listeningPorts({ wsPort, httpPort, tls }: Config): [key: string, port: number][] {
  const plain: [string, number][] = [
    ['wsPort', wsPort],
    ['httpPort', httpPort],
  ];
  if (!tls.enabled) return plain;
  return [...plain, ['tls.wssPort', tls.wssPort], ['tls.httpsPort', tls.httpsPort]];
}
