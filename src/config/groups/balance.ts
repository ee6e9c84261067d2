import { hostName, wholeNumber } from '../kinds.js';
import { group, setting } from '../setting.js';

export const balance = group(
  {
    title: 'Balance',
    description: 'What `/?action=balance` of the web server, an `lbUrl` of the Web SDK, sends clients to.',
  },
  {
    server: setting(hostName(), '', 'Host to connect to.', 'the host that the request names'),
    ws: setting(
      wholeNumber(0, 65535),
      0,
      'Port for `ws://`; 0 means that of the WebSocket server.',
      'the port of the WebSocket server',
    ),
    wss: setting(
      wholeNumber(0, 65535),
      0,
      'Port for `wss://`; 0 means that of the encrypted WebSocket server. The console uses it too: give the port of a proxy that provides TLS in front of Sluice.',
      'the port of the encrypted WebSocket server, 8443 without one',
    ),
    flash: setting(wholeNumber(1, 65535), 1935, 'Port for Flash; clients of today do not use it.'),
  },
);
