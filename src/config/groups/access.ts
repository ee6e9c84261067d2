import { onOff, optionalPath, secretText, textLine, texts, webUrl, wholeNumber } from '../kinds.js';
import { group, minute, setting } from '../setting.js';

export const access = group(
  {
    title: 'Access',
    description:
      'Who may publish and play what, without a backend: by tokens (JWT) and by rules. Once a key or rules are set, everything else is refused. See docs/access.md.',
  },
  {
    rulesFile: setting(
      optionalPath(),
      '',
      'YAML or JSON file with rules; it is read again when it changes.',
      'no rules',
    ),
    jwtSecret: setting(
      secretText('TEXT', 4096),
      '',
      'Key of tokens signed with HS256, at least 32 bytes.',
      'none',
    ),
    jwtKeyFile: setting(
      optionalPath(),
      '',
      'File with the public key of tokens signed with RS256 or ES256: PEM, a JWK or a JWK set. It is read at start.',
      'none',
    ),
    jwksUrl: setting(
      webUrl(),
      '',
      'Address of the JWK set of tokens signed with RS256 or ES256. It is fetched when needed, and kept for 10 minutes.',
      'none',
    ),
    jwtIssuer: setting(texts('ISSUER'), [], 'Issuers (iss) of tokens that are taken.', 'any'),
    jwtAudience: setting(
      texts('AUDIENCE'),
      [],
      'Audiences (aud), one of which a token must name.',
      'any, also none',
    ),
    jwtClaim: setting(textLine(), 'sluice', 'The claim that holds the rights.'),
    jwtRequireExpiry: setting(onOff(), true, 'Whether a token must say when it expires (exp).'),
    jwtClockTolerance: setting(
      wholeNumber(0, 10 * minute, 'ms'),
      5000,
      'How far the clock of who signs tokens may be off.',
    ),
    requireToken: setting(
      onOff(),
      false,
      'Whether a client without a valid token may not even connect. Else it has what the rules give.',
    ),
  },
);
