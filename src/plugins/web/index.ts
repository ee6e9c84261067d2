import type { AddressInfo } from 'node:net';
import { listenFault } from '../../kit/index.js';
import { buildWebApp, type WebOptions } from './app.js';

export type { WebOptions, WebRoutes } from './app.js';

/** A running web server. */
export interface Web {
  /** What it listens on. */
  readonly address: { readonly host: string; readonly port: number };
  /** Stops it: open connections are closed. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts the web server on `config.host` and `config.httpPort`.
 * @throws Fault PORT_IN_USE and its kin, CONSOLE_MISSING, SDK_MISSING
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host, httpPort: port } = options.config;
  const app = await buildWebApp(options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenFault(error, { protocol: 'TCP', host, port, flag: '--http-port' });
  }
  const bound = app.server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    close: () => app.close(),
  };
}
