import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listenFault } from '../../kit/index.js';
import { buildWebApp, type WebOptions } from './app.js';
import { closeServer, createSecureServer, listen } from './secure.js';
import { addUpgrades } from './upgrades.js';

export type { WebOptions, WebRoutes } from './app.js';
export type { DownloadRefusal, Downloads } from './downloads.js';
export type { SecurePort } from './secure.js';
export type { SocketRoute, UpgradeRefusal } from './upgrades.js';

/** A running web server. */
export interface Web {
  /** What it listens on. */
  readonly address: { readonly host: string; readonly port: number };
  /** The port that it listens on with TLS; null when it does not. */
  readonly securePort: number | null;
  /** Stops it: open connections are closed. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the web server on `config.host` and `config.httpPort`, and on the encrypted port if there is one.
 * @throws Fault PORT_IN_USE and its kin, CONSOLE_MISSING, SDK_MISSING
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host, httpPort } = options.config;
  const { sockets = [], log } = options;
  const app = await buildWebApp(options);
  addUpgrades(app.server, sockets, log);
  let secured: Server | null = null;
  const close = async () => {
    await Promise.all([app.close(), secured && closeServer(secured)]);
  };
  const attempt = async <T>(port: number, flag: string, step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      await close();
      throw listenFault(error, { protocol: 'TCP', host, port, flag });
    }
  };
  await attempt(httpPort, '--http-port', () => app.listen({ host, port: httpPort }));
  const bound = app.server.address() as AddressInfo;
  const address = { host: bound.address, port: bound.port };
  if (!options.secure) return { address, securePort: null, close };
  const server = createSecureServer(app, options.secure);
  secured = server;
  addUpgrades(server, sockets, log);
  const { port } = options.secure;
  const securePort = await attempt(port, '--tls-https-port', () => listen(server, port, host));
  return { address, securePort, close };
}
