/** What the server says when it is ready. */
import { networkInterfaces } from 'node:os';
import { announcedAddresses, announceText, type Config } from './config/index.js';
import type { Logger } from './kit/index.js';
import type { SocketPorts } from './listeners.js';
import type { Web } from './plugins/web/index.js';
import type { MediaPool } from './worker/index.js';

/** Says in the log, and on a terminal in words, where the server is to be found. */
export function sayReady(
  config: Config,
  version: string,
  pool: MediaPool,
  { wsPort, wssPort, web }: SocketPorts & { readonly web: Web },
  log: Logger,
): void {
  const announced = announcedAddresses(config, networkInterfaces());
  const shown = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host;
  const host = shown.includes(':') ? `[${shown}]` : shown;
  const wsUrl = `ws://${host}:${wsPort}`;
  const httpUrl = `http://${host}:${web.address.port}`;
  const wssUrl = wssPort === undefined ? undefined : `wss://${host}:${wssPort}`;
  const httpsUrl = web.securePort === null ? undefined : `https://${host}:${web.securePort}`;
  const addresses = announced.map(announceText);
  const udpPorts = pool.ports.map(({ udp }) => udp);
  const tcpPorts = pool.ports.flatMap(({ tcp }) => (tcp === 0 ? [] : [tcp]));
  const overTcp = tcpPorts.length === 0 ? '' : `, TCP ${tcpPorts.join(', ')}`;
  const secured = httpsUrl === undefined ? '' : `, ${httpsUrl} where browsers are to give away the camera`;
  const banner = `
  Sluice ${version} is ready. Open ${httpUrl}

  Console      ${httpUrl}${secured}
  WebSocket    ${[wsUrl, wssUrl].filter(Boolean).join(', ')}
  Media        UDP ${udpPorts.join(', ')}${overTcp}, announced as ${addresses.join(', ')}

`;
  log.info(
    {
      version,
      wsUrl,
      wssUrl,
      httpUrl,
      httpsUrl,
      mediaPorts: udpPorts,
      mediaTcpPorts: tcpPorts,
      mediaPids: pool.pids,
      announced: addresses,
    },
    'ready',
  );
  if (process.stdout.isTTY) process.stdout.write(banner);
}
