import { describe, expect, it } from 'vitest';
import { configOf, problemsOf, textOf, yaml } from './support.js';

describe('values', () => {
  const wrong: [flag: string, value: string, line: string][] = [
    ['--host', 'localhost', 'host: "localhost" is not an IPv4 or IPv6 address'],
    ['--ws-port', '65536', 'wsPort: 65536 is not a port from 0 to 65535 (0 means any free one)'],
    ['--ws-port', '-1', 'wsPort: -1 is not a port from 0 to 65535 (0 means any free one)'],
    ['--ws-port', '1.5', 'wsPort: "1.5" is not a port from 0 to 65535 (0 means any free one)'],
    ['--ws-port', '1e3', 'wsPort: "1e3" is not a port from 0 to 65535 (0 means any free one)'],
    ['--media-workers', '0', 'mediaWorkers: 0 is not a whole number from 1 to 64'],
    ['--media-workers', '65', 'mediaWorkers: 65 is not a whole number from 1 to 64'],
    ['--data-dir', '', 'dataDir: "" is not a path'],
    ['--log-level', 'loud', 'logLevel: "loud" is not one of trace, debug, info, warn, error, fatal, silent'],
    ['--codecs-video', 'VP8,H265', 'codecs.video.1: "H265" is not one of H264, VP8, VP9, AV1'],
    [
      '--codecs-video',
      ',',
      'codecs.video: [] is not a list of one or more of H264, VP8, VP9, AV1, the preferred first',
    ],
    ['--codecs-video', 'VP8,vp8', 'codecs.video: ["VP8","vp8"] names something twice'],
    ['--media-packet-cache', '1000', 'media.packetCache: 1000 is not a power of two from 128 to 8192'],
    ['--media-packet-cache', '64', 'media.packetCache: 64 is not a power of two from 128 to 8192'],
    [
      '--media-arena-size',
      '2147483648',
      'media.arenaSize: 2147483648 is not a whole number from 16777216 to 2146435072 (bytes)',
    ],
    [
      '--signaling-ping-interval',
      '0',
      'signaling.pingInterval: 0 is not a whole number from 100 to 600000 (ms)',
    ],
    [
      '--media-srtp-profiles',
      'NULL',
      'media.srtpProfiles.0: "NULL" is not one of AEAD_AES_128_GCM, AES128_CM_SHA1_80',
    ],
    [
      '--transcoding-preset',
      'placebo',
      'transcoding.preset: "placebo" is not one of ultrafast, superfast, veryfast, faster, fast, medium',
    ],
    [
      '--transcoding-max-memory',
      '1',
      'transcoding.maxMemory: 1 is not a whole number from 67108864 to 68719476736 (bytes)',
    ],
    [
      '--web-embed-from',
      'https://a.example;script-src',
      'web.embedFrom.0: "https://a.example;script-src" is not * or an origin such as https://www.example.com',
    ],
    ['--transcoding-nice', '-1', 'transcoding.nice: -1 is not a whole number from 0 to 19'],
    [
      '--protocol-missing-stream-info',
      'Gone',
      'protocol.missingStreamInfo: "Gone" is not one of Session does not exist, Stream not found',
    ],
  ];
  it.each(wrong)('refuses %s %s', (flag, value, line) => {
    expect(problemsOf({ argv: [`${flag}=${value}`] })).toEqual([`${line} (flag ${flag})`]);
  });

  const notAnnounceable = [
    'example.org',
    '192.0.2.1:',
    '192.0.2.1:x',
    '192.0.2.1:1:2',
    '192.0.2',
    '2001:db8::1',
    '[2001:db8::1',
    '[192.0.2.1]',
    '[]',
  ];
  it.each(notAnnounceable)('does not announce %s', (text) => {
    expect(problemsOf({ argv: ['--announce', text] })).toEqual([
      `announce.0: "${text}" is not ADDRESS[:PORT[/TCPPORT]] with the IP address of a host, IPv6 in brackets, ports from 1 to 65535 (flag --announce)`,
    ]);
  });

  it.each([
    '0.0.0.0',
    '[::]',
    '[0:0::0]',
    '[fe80::1%eth0]',
  ])('does not announce %s, no host has it', (text) => {
    expect(problemsOf({ argv: ['--announce', text] })[0]).toMatch(/^announce\.0/);
  });

  it.each(['192.0.2.1:0', '[2001:db8::1]:65536'])('does not announce %s', (text) => {
    expect(problemsOf({ argv: ['--announce', text] })[0]).toMatch(
      /^announce\.0\.port: "[^"]+" is not a port from 1 to 65535 \(flag --announce\)$/,
    );
  });

  it('gives every problem of every layer, also where a higher layer overrides the value', () => {
    const given = yaml('wsPort: 1.5\nfoo: 1', {
      env: { SLUICE_CONFIG: 's.yaml', SLUICE_WS_PORT: 'x', SLUICE_BAR: '1' },
      argv: ['--ws-port', '1', '--baz'],
    });
    expect(problemsOf(given)).toEqual([
      'foo: no such setting (file s.yaml)',
      'SLUICE_BAR: no such variable',
      '--baz: no such flag',
      'wsPort: 1.5 is not a port from 0 to 65535 (0 means any free one) (file s.yaml)',
      'wsPort: "x" is not a port from 0 to 65535 (0 means any free one) (environment SLUICE_WS_PORT)',
    ]);
  });

  it('shortens what is long', () => {
    expect(problemsOf({ argv: ['--host', 'x'.repeat(5000)] })[0]?.length).toBeLessThan(200);
  });
});

describe('values together', () => {
  it.each<[string[], string]>([
    [
      ['--ws-port=9000', '--http-port=9000'],
      'httpPort: 9000 is the port of wsPort too; give two different ones, or 0 for any free one (flag --http-port)',
    ],
    [
      ['--tls-https-port=8443'],
      'tls.httpsPort: 8443 is the port of tls.wssPort too; give two different ones, or 0 for any free one (flag --tls-https-port)',
    ],
    [
      ['--ws-port=8443'],
      'tls.wssPort: 8443 is the port of wsPort too; give two different ones, or 0 for any free one (default)',
    ],
    [['--tls-key=k.pem'], 'tls.key: needs tls.certificate beside it (flag --tls-key)'],
    [
      ['--ws-port=8081'],
      'httpPort: 8081 is the port of wsPort too; give two different ones, or 0 for any free one (default)',
    ],
    [
      ['--media-port=65530', '--media-workers=7'],
      'mediaPort: 65530 leaves no port for each of 7 media processes; the highest possible is 65529 (flag --media-port)',
    ],
    [
      ['--announce=192.0.2.1:65535', '--media-workers=2'],
      'announce.0: port 65535 leaves no port for each of 2 media processes; the highest possible is 65534 (flag --announce)',
    ],
    [
      ['--announce=192.0.2.1:1000/65535', '--media-workers=2'],
      'announce.0: port 65535 leaves no port for each of 2 media processes; the highest possible is 65534 (flag --announce)',
    ],
    [
      ['--media-tcp-port=65535', '--media-workers=2'],
      'media.tcpPort: 65535 leaves no port for each of 2 media processes; the highest possible is 65534 (flag --media-tcp-port)',
    ],
    [
      ['--media-port=8079', '--media-workers=2'],
      'wsPort: 8080 is a port for media over TCP too; choose another one, or see media.tcpPort (default)',
    ],
    [
      ['--media-tcp-port=443', '--http-port=443'],
      'httpPort: 443 is a port for media over TCP too; choose another one, or see media.tcpPort (flag --http-port)',
    ],
    [
      ['--media-ice-transport=tcp', '--media-tcp=false'],
      'media.iceTransport: tcp needs media.tcp, which is false (flag --media-ice-transport)',
    ],
    [
      ['--media-min-bitrate=2000000', '--media-max-bitrate=1000000'],
      'media.minBitrate: 2000000 is more than media.maxBitrate, which is 1000000 (flag --media-min-bitrate)',
    ],
  ])('refuses %j', (argv, line) => {
    expect(problemsOf({ argv })).toEqual([line]);
  });

  it('allows the limits', () => {
    configOf({ argv: ['--ws-port=0', '--http-port=0', '--media-port=0', '--media-workers=64'] });
    configOf({ argv: ['--media-port=65529', '--media-workers=7', '--announce=192.0.2.1:65529'] });
    configOf({ argv: ['--media-min-bitrate=1000', '--media-max-bitrate=1000'] });
    configOf({ argv: ['--media-port=8080', '--media-tcp=false'] });
    configOf({ argv: ['--media-port=8080', '--media-tcp-port=31000'] });
    configOf({ argv: ['--media-port=8078', '--media-workers=2'] });
    configOf({ argv: ['--media-ice-transport=tcp', '--media-tcp-port=65535', '--media-workers=1'] });
  });
});

describe('the texts', () => {
  it('prints the version', () => {
    expect(textOf('--version')).toBe('Sluice 1.2.3\n');
    expect(textOf('-v')).toBe('Sluice 1.2.3\n');
  });

  it('prints help, whatever else is given', () => {
    const help = textOf('--help', '--no-such-flag');
    expect(textOf('-h')).toBe(help);
    expect(help).toContain('Sluice 1.2.3');
    for (const heading of ['Server', 'Codecs', 'Signaling', 'Media', 'Protocol']) {
      expect(help).toContain(`\n\n${heading}\n`);
    }
    expect(help).toContain('\n  --ws-port PORT  [wsPort]\n');
    expect(help).toContain('\n  --announce ADDRESS[:PORT[/TCPPORT]]  [announce]\n');
    expect(help).toContain('\n      Default: one less than the processor cores, at least 1\n');
    expect(help).toContain('\n      Default: H264,VP8,VP9,AV1\n');
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(help.endsWith('\n')).toBe(true);
  });
});
