/** The ports that clients connect to, plain and encrypted. */
import { hostname, networkInterfaces } from 'node:os';
import { announcedAddresses, type Config } from './config/index.js';
import { type Logger, listenFault } from './kit/index.js';
import type { SecurePort } from './plugins/web/index.js';
import type { SignalingServer } from './signaling/index.js';
import { certificateFolder, openCertificate, type ServerCertificate } from './tls/index.js';

/** Where the WebSocket server listens. */
export interface SocketPorts {
  readonly wsPort: number;
  /** With TLS; absent without. */
  readonly wssPort?: number;
}

/**
 * The certificate of the encrypted ports; null when there are none.
 * @throws Fault TLS_CERTIFICATE_UNUSABLE
 */
export async function openTls(config: Config, log: Logger): Promise<ServerCertificate | null> {
  if (!config.tls.enabled) return null;
  return openCertificate(config.tls, certificateFolder(config.dataDir), namesOf(config), log);
}

/** @throws Fault PORT_IN_USE and its kin */
export async function listenForSockets(
  signaling: SignalingServer,
  { host, wsPort: port, tls }: Config,
  certificate: ServerCertificate | null,
): Promise<SocketPorts> {
  const plain = await signaling.open(port).catch((error) => {
    throw listenFault(error, { protocol: 'TCP', host, port, flag: '--ws-port' });
  });
  if (!certificate) return { wsPort: plain.port };
  const secure = await signaling.open(tls.wssPort, certificate.createServer).catch((error) => {
    throw listenFault(error, { protocol: 'TCP', host, port: tls.wssPort, flag: '--tls-wss-port' });
  });
  return { wsPort: plain.port, wssPort: secure.port };
}

/** The encrypted port of the web server. */
export function webPort({ tls }: Config, certificate: ServerCertificate | null): SecurePort | undefined {
  if (!certificate) return undefined;
  return {
    port: tls.httpsPort,
    createServer: certificate.createServer,
    // Browsers that could not check the certificate ignore it; it is not even told (RFC 6797 section 8.1).
    hstsMaxAge: () => (certificate.selfSigned ? 0 : tls.hstsMaxAge),
  };
}

/** What clients may call this server. */
function namesOf(config: Config): string[] {
  const everywhere = { ...config, announce: [] };
  const addresses = [config, everywhere].flatMap((one) => announcedAddresses(one, networkInterfaces()));
  return [
    'localhost',
    hostname(),
    config.balance.server,
    '127.0.0.1',
    '::1',
    ...addresses.map(({ address }) => address),
  ];
}
