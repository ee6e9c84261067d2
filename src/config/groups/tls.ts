import { oneOf, onOff, optionalPath, port, wholeNumber } from '../kinds.js';
import { group, setting } from '../setting.js';

const year = 365 * 24 * 60 * 60;

export const tls = group(
  {
    title: 'TLS',
    description: 'WebSocket and web console encrypted, beside the plain ports: `wss://` and `https://`.',
  },
  {
    enabled: setting(onOff(), true, 'Whether the two encrypted ports are there.'),
    wssPort: setting(port(), 8443, 'TCP port of the encrypted WebSocket server.'),
    httpsPort: setting(port(), 8444, 'TCP port of the encrypted web console.'),
    certificate: setting(
      optionalPath(),
      '',
      'PEM file of the certificate, followed by those between it and the root. Read again when it changes.',
      'one that Sluice makes and signs itself, in the folder tls of dataDir',
    ),
    key: setting(
      optionalPath(),
      '',
      'PEM file of the private key of the certificate, not encrypted. Read again when it changes.',
      'the one that Sluice makes',
    ),
    minVersion: setting(
      oneOf(['TLSv1.2', 'TLSv1.3'], 'VERSION'),
      'TLSv1.2',
      'Lowest version of TLS accepted.',
    ),
    hstsMaxAge: setting(
      wholeNumber(0, 10 * year, 'seconds'),
      year / 2,
      'How long browsers that have opened the console over HTTPS refuse to open any page of this host, of any port, without TLS (HSTS). Told only with a certificate that is not self-signed; 0 means never.',
    ),
  },
);
