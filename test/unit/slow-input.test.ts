import { expect, it } from 'vitest';
import { Credentials } from '../../src/admin/credentials.js';
import { Origins } from '../../src/admin/origins.js';
import { recordingName } from '../../src/egress/recording/recording-name.js';
import { networkOf } from '../../src/kit/index.js';
import { byteRange } from '../../src/plugins/web/byte-range.js';
import { plainHost } from '../../src/plugins/web/headers.js';
import { parseOffer } from '../../src/sdp/index.js';

/** Of an offer, as long as one may be. */
const longest = 65_536;
/** ms for all inputs of one reader: what takes a step for each pair of characters takes several times as long. */
const most = 4000;

const outline = [
  'v=0',
  'o=- 1 1 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=mid:0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  `a=fingerprint:sha-256 ${Array(32).fill('AB').join(':')}`,
  'a=setup:actpass',
  'a=rtpmap:96 VP8/90000',
  '',
].join('\r\n');

/** `unit` as often as fits, between a beginning and an end that lets a greedy match go back. */
function fill(before: string, unit: string, after = ''): string {
  const room = longest - outline.length - before.length - after.length;
  return outline + before + unit.repeat(Math.floor(room / unit.length)) + after;
}

// Every expression of the SDP reader, and of the library below it, that repeats something.
const offers = [
  ...['a=rtpmap:96 VP8/90000', 'a=fmtp:96 a=b', 'a=ssrc:1 cname:x', 'a=rtcp-fb:96 nack', 'a=x', 'b=AS:1'].map(
    (line) => fill('', `${line}\r\n`),
  ),
  ...['a=candidate:1 1 udp 1 1.1.1.1 1 typ host', 'a=extmap:1 urn:x', 'm=video 9 RTP/SAVPF 96'].map((line) =>
    fill('', `${line}\r\n`),
  ),
  fill('a=fmtp:96 ', ';', 'x'),
  fill('a=fmtp:96 ', 'a=b;'),
  fill('a=rtpmap:', '1', 'x'),
  fill('a=rtpmap:96 ', 'a/', '\u0001'),
  fill('a=candidate:1 1 udp 1 1.1.1.1 1 typ host', ' x y', '\u0001'),
  fill('a=extmap:1/', 'a ', '\u0001'),
  fill('a=rid:a send ', 'pt=1;', '!'),
  fill('a=rid:a send pt=', '1,', '!'),
  fill('a=simulcast:send ', 'a,', '!'),
  fill('a=simulcast: ', ' \t', '\u0001'),
  fill('a=simulcast: ', 'a ', '!'),
  fill('a=imageattr:96 send ', '[x] ', '!'),
  fill('a=imageattr:96 send ', '[x=]]\t', '!'),
  fill('a=imageattr:96 send [', '] ', '\u0001'),
  fill('a=imageattr:96 ', ' ', 'x'),
  fill('a=imageattr:96 send [x]', '\t[x]', 'recv'),
  fill('a=group:BUNDLE ', '0 '),
  fill('a=msid:', 'a '),
  fill('a=fingerprint:sha-256 AA', ' ', 'x'),
  fill('a=ssrc-group:FID ', '1 '),
  fill('a=source-filter: incl IN IP4 ', 'a ', '\u0001'),
  fill('m=video 9 RTP/SAVPF', ' 96'),
  fill('a=', ' ', 'x'),
  fill('', '\r'),
];

const header = 16 * 1024;
const blanks = ' '.repeat(header);

it.each<[string, () => void]>([
  ['offers', () => offers.forEach(parseOffer)],
  [
    'what a request says in its headers',
    () => {
      const origins = new Origins([], []);
      for (const text of [`bytes=${blanks}x`, `bytes=1-1${blanks}x`]) byteRange(text, 10);
      for (const text of [`[${':'.repeat(header)}`, 'a'.repeat(header), `a${'.a'.repeat(header / 2)}:x`]) {
        plainHost(text);
        origins.isOwnHost(text);
      }
      for (const text of ['%'.repeat(header), '::ffff:'.repeat(header / 7), ':'.repeat(header)])
        networkOf(text);
    },
  ],
  [
    'names that become files',
    () => {
      const values = {
        streamName: '.'.repeat(4096),
        mediaSessionId: `${'.'.repeat(4000)}x`,
        login: '\u0301'.repeat(4096),
      };
      for (const template of ['{streamName}', '{mediaSessionId}', '{login}'])
        recordingName(template, values as unknown as Parameters<typeof recordingName>[1]);
    },
  ],
])('%s made to be slow are not', (_what, read) => {
  const began = performance.now();
  read();
  expect(performance.now() - began).toBeLessThan(most);
});

it('credentials made to be slow are not', async () => {
  const credentials = new Credentials({ tokens: ['0123456789abcdef'], users: [] });
  const began = performance.now();
  for (const text of [
    `basic ${blanks}x x`,
    `bearer a${blanks}x`,
    `bearer${blanks}`,
    `basic ${'='.repeat(header)}`,
  ])
    expect(await credentials.identify(text)).toBe('unknown');
  expect(performance.now() - began).toBeLessThan(most);
});
