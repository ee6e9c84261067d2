import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Config, type ConfigSources, loadConfig } from '../../../src/config/index.js';
import { Fault } from '../../../src/kit/index.js';

type Given = Partial<ConfigSources> & { readonly files?: Readonly<Record<string, string>> };

function load({ files = {}, ...sources }: Given) {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  };
  return loadConfig({ argv: [], env: {}, version: '1.2.3', readFile, ...sources });
}

function configOf(given: Given): Config {
  const loaded = load(given);
  if (loaded.kind !== 'config') throw new Error('expected a configuration');
  return loaded.config;
}

function textOf(...argv: string[]): string {
  const loaded = load({ argv });
  if (loaded.kind !== 'text') throw new Error('expected a text');
  return loaded.text;
}

function faultOf(given: Given): Fault {
  try {
    load(given);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('expected a fault');
}

function problemsOf(given: Given): string[] {
  const fault = faultOf(given);
  expect(fault.code).toBe('CONFIG_INVALID');
  return fault.message.split('\n');
}

const yaml = (text: string, rest: Given = {}): Given => ({
  env: { SLUICE_CONFIG: 's.yaml' },
  files: { 's.yaml': text },
  ...rest,
});

describe('the layers', () => {
  it('has a default for everything', () => {
    expect(configOf({})).toEqual({
      host: '0.0.0.0',
      wsPort: 8080,
      httpPort: 8081,
      mediaPort: 31000,
      mediaWorkers: Math.min(64, Math.max(1, availableParallelism() - 1)),
      announce: [],
      dataDir: './sluice-data',
      logLevel: 'info',
      codecs: { audio: ['opus', 'PCMA', 'PCMU', 'G722'], video: ['H264', 'VP8'] },
      signaling: {
        pingInterval: 5000,
        pingProbes: 10,
        connectionTimeout: 10000,
        maxMessageSize: 262144,
        maxSessions: 10000,
        maxSessionsPerAddress: 1000,
        maxMediaSessionsPerSession: 64,
        maxStreamNameLength: 256,
      },
      media: {
        iceTimeout: 15000,
        iceKeepAlive: 15000,
        rtpActivityTimeout: 60000,
        keyFrameRequestInterval: 1000,
        minBitrate: 30000,
        maxBitrate: 10000000,
        packetCache: 1024,
        arenaSize: 1073741824,
        socketBuffer: 4194304,
        srtpProfiles: ['AEAD_AES_128_GCM', 'AES128_CM_SHA1_80'],
      },
      protocol: { missingStreamInfo: 'Session does not exist' },
    });
  });

  it('takes the file over the defaults, the environment over the file, flags over the environment', () => {
    const text = 'wsPort: 1\nhttpPort: 2\nmediaPort: 3\ncodecs:\n  video: [VP8]\n';
    const config = configOf(
      yaml(text, {
        env: { SLUICE_CONFIG: 's.yaml', SLUICE_HTTP_PORT: '20', SLUICE_MEDIA_PORT: '30', PATH: '/bin' },
        argv: ['--media-port', '300'],
      }),
    );
    expect([config.wsPort, config.httpPort, config.mediaPort]).toEqual([1, 20, 300]);
    expect(config.codecs).toEqual({ audio: ['opus', 'PCMA', 'PCMU', 'G722'], video: ['VP8'] });
  });

  it('reads the file of --config rather than that of SLUICE_CONFIG', () => {
    const files = { 'a.yaml': 'wsPort: 1', 'b.json': '{"wsPort": 2}' };
    expect(configOf({ files, env: { SLUICE_CONFIG: 'a.yaml' } }).wsPort).toBe(1);
    expect(configOf({ files, env: { SLUICE_CONFIG: 'a.yaml' }, argv: ['--config', 'b.json'] }).wsPort).toBe(
      2,
    );
    expect(configOf({ files, argv: ['--config=b.json'] }).wsPort).toBe(2);
  });

  it('is frozen at every depth', () => {
    const config = configOf({ argv: ['--announce', '192.0.2.1'] });
    const frozen = [
      config,
      config.codecs,
      config.codecs.audio,
      config.media,
      config.announce,
      config.announce[0],
    ];
    for (const part of frozen) expect(Object.isFrozen(part)).toBe(true);
  });

  it('does not freeze or share the defaults', () => {
    expect(configOf({})).not.toBe(configOf({}));
    expect(configOf({}).codecs).toEqual(configOf({}).codecs);
  });
});

describe('flags', () => {
  it('takes a value after a space or an equals sign, the last one counts', () => {
    const argv = ['--ws-port', '1', '--http-port=2', '--ws-port=3', '--data-dir=/a=b'];
    expect(configOf({ argv })).toMatchObject({ wsPort: 3, httpPort: 2, dataDir: '/a=b' });
  });

  it('takes lists with commas or repeated, names in any case', () => {
    const argv = ['--codecs-audio=pcmu, OPUS', '--codecs-video', 'vp8', '--codecs-video', 'h264'];
    expect(configOf({ argv }).codecs).toEqual({ audio: ['PCMU', 'opus'], video: ['VP8', 'H264'] });
  });

  it('reads addresses to announce', () => {
    const argv = [
      '--announce',
      '192.0.2.1',
      '--announce=198.51.100.2:5000,[2001:db8::1]',
      '--announce',
      '[2001:DB8::2]:6000',
    ];
    expect(configOf({ argv }).announce).toEqual([
      { address: '192.0.2.1' },
      { address: '198.51.100.2', port: 5000 },
      { address: '2001:db8::1' },
      { address: '2001:DB8::2', port: 6000 },
    ]);
  });

  it.each([
    [['--ws-prot', '1'], '--ws-prot: no such flag; did you mean --ws-port?'],
    [['--wsPort=1'], '--wsPort: no such flag; did you mean --ws-port?'],
    [['--codec-video', 'VP8'], '--codec-video: no such flag; did you mean --codecs-video?'],
    [['--hlep'], '--hlep: no such flag; did you mean --help?'],
    [['--something-else-entirely', 'x'], '--something-else-entirely: no such flag'],
    [['-p', '1'], '-p: no such flag'],
    [['start'], '"start": no flag; every setting is given as --name value'],
    [['--ws-port'], '--ws-port: needs a value, a port from 0 to 65535 (0 means any free one)'],
    [
      ['--ws-port', '--http-port=1'],
      '--ws-port: needs a value, a port from 0 to 65535 (0 means any free one)',
    ],
    [['--config'], '--config: needs a value, the path of a file'],
    [['--ws-port='], 'wsPort: "" is not a port from 0 to 65535 (0 means any free one) (flag --ws-port)'],
  ])('refuses %j', (argv, line) => {
    expect(problemsOf({ argv })).toEqual([line]);
  });
});

describe('the environment', () => {
  it('has a variable for every setting, also those in groups', () => {
    const env = {
      SLUICE_HOST: '::1',
      SLUICE_CODECS_VIDEO: 'VP8',
      SLUICE_SIGNALING_MAX_MEDIA_SESSIONS_PER_SESSION: '5',
      SLUICE_ANNOUNCE: '192.0.2.1:4000, [::1]',
      SLUICE_PROTOCOL_MISSING_STREAM_INFO: 'stream not found',
    };
    expect(configOf({ env })).toMatchObject({
      host: '::1',
      codecs: { video: ['VP8'] },
      signaling: { maxMediaSessionsPerSession: 5 },
      announce: [{ address: '192.0.2.1', port: 4000 }, { address: '::1' }],
      protocol: { missingStreamInfo: 'Stream not found' },
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(configOf({ env: { SLUICE_WS_PORT: '', SLUICE_CONFIG: '' } }).wsPort).toBe(8080);
  });

  it.each([
    ['SLUICE_WS_PROT', 'SLUICE_WS_PROT: no such variable; did you mean SLUICE_WS_PORT?'],
    ['SLUICE_WSPORT', 'SLUICE_WSPORT: no such variable; did you mean SLUICE_WS_PORT?'],
    ['SLUICE_QQQQQ', 'SLUICE_QQQQQ: no such variable'],
    ['SLUICE_', 'SLUICE_: no such variable'],
  ])('refuses %s', (name, line) => {
    expect(problemsOf({ env: { [name]: '1' } })).toEqual([line]);
  });

  it('says that a wrong value comes from it', () => {
    expect(problemsOf({ env: { SLUICE_WS_PORT: '80a' } })).toEqual([
      'wsPort: "80a" is not a port from 0 to 65535 (0 means any free one) (environment SLUICE_WS_PORT)',
    ]);
  });
});

describe('the file', () => {
  it('may be empty, only comments, or have empty groups', () => {
    for (const text of ['', '# nothing\n', '{}', 'codecs:\n', 'codecs: {}\n']) {
      expect(configOf(yaml(text)).wsPort).toBe(8080);
    }
  });

  it('takes announce as text or as objects', () => {
    const text =
      'announce:\n  - 192.0.2.1:4000\n  - address: 2001:db8::1\n    port: 5000\n  - { address: 192.0.2.2 }\n';
    expect(configOf(yaml(text)).announce).toEqual([
      { address: '192.0.2.1', port: 4000 },
      { address: '2001:db8::1', port: 5000 },
      { address: '192.0.2.2' },
    ]);
  });

  it.each([
    ['wsport: 1', 'wsport: no such setting (file s.yaml); did you mean wsPort?'],
    ['codecs: { vidio: [VP8] }', 'codecs.vidio: no such setting (file s.yaml); did you mean codecs.video?'],
    ['video: [VP8]', 'video: no such setting (file s.yaml); did you mean codecs.video?'],
    ['codec: { video: [VP8] }', 'codec: no such setting (file s.yaml); did you mean codecs?'],
    ['codecs.video: [VP8]', 'codecs.video: no such setting (file s.yaml); did you mean codecs.video?'],
    ['host: { name: x }', 'host: {"name":"x"} is not an IPv4 or IPv6 address (file s.yaml)'],
    ['codecs: [VP8]', 'codecs: ["VP8"] is not a group of settings (file s.yaml)'],
    ['__proto__: { wsPort: 1 }', '__proto__: no such setting (file s.yaml)'],
    ['constructor: 1', 'constructor: no such setting (file s.yaml)'],
    ['announce: [{ address: 192.0.2.1, prot: 1 }]', 'announce.0.prot: no such setting (file s.yaml)'],
    [
      'announce: [{ address: nowhere }]',
      'announce.0.address: "nowhere" is not the IP address of a host (file s.yaml)',
    ],
    ['announce: [{ port: 1 }]', 'announce.0.address: is missing (file s.yaml)'],
    [
      'announce: [{ address: 192.0.2.1, port: 0 }]',
      'announce.0.port: 0 is not a port from 1 to 65535 (file s.yaml)',
    ],
    ['"a\\nb\\e[2J": 1', 'a?b?[2J: no such setting (file s.yaml)'],
  ])('refuses %s', (text, line) => {
    expect(problemsOf(yaml(text))).toEqual([line]);
  });

  it('takes no text for a number', () => {
    expect(problemsOf(yaml('wsPort: "8080"'))).toHaveLength(1);
  });

  it.each([
    ['s.yaml', 'wsPort: [1', /^The configuration file s\.yaml is not valid YAML: .* at line 1, column \d+$/],
    ['s.yaml', 'wsPort: 1\nwsPort: 2', /not valid YAML: Map keys must be unique at line 2, column 1$/],
    ['s.yaml', 'wsPort: !secret 1', /not valid YAML: Unresolved tag: !secret/],
    ['s.yaml', '- a', /not valid YAML: it holds \["a"\] where an object is expected$/],
    ['s.json', '{"wsPort": 1,}', /not valid JSON: /],
    ['s.JSON', 'wsPort: 1', /not valid JSON: /],
    ['s.json', '3', /not valid JSON: it holds 3 where an object is expected$/],
  ])('refuses %s with %j', (path, text, message) => {
    const fault = faultOf({ argv: ['--config', path], files: { [path]: text } });
    expect(fault.code).toBe('CONFIG_SYNTAX');
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain('\n');
  });

  it('refuses aliases that unfold without end', () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
      .concat([...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`))
      .join('\n');
    expect(faultOf(yaml(bomb)).code).toBe('CONFIG_SYNTAX');
  });

  it('says when it cannot be read', () => {
    const fault = faultOf({ argv: ['--config', 'none.yaml'] });
    expect(fault.code).toBe('CONFIG_UNREADABLE');
    expect(fault.message).toBe(
      "The configuration file none.yaml cannot be read: ENOENT: no such file or directory, open 'none.yaml'",
    );
  });
});

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
    ['--codecs-video', 'VP8,H265', 'codecs.video.1: "H265" is not one of H264, VP8'],
    [
      '--codecs-video',
      ',',
      'codecs.video: [] is not a list of one or more of H264, VP8, the preferred first',
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
      `announce.0: "${text}" is not ADDRESS[:PORT] with the IP address of a host, IPv6 in brackets, the port from 1 to 65535 (flag --announce)`,
    ]);
  });

  it.each(['0.0.0.0', '[::]', '[0:0::0]', '[fe80::1%eth0]'])(
    'does not announce %s, no host has it',
    (text) => {
      expect(problemsOf({ argv: ['--announce', text] })[0]).toMatch(/^announce\.0/);
    },
  );

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
    configOf({ argv: ['--media-port=8080'] });
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
    expect(help).toContain('\n  --announce ADDRESS[:PORT]  [announce]\n');
    expect(help).toContain('\n      Default: one less than the processor cores, at least 1\n');
    expect(help).toContain('\n      Default: H264,VP8\n');
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(help.endsWith('\n')).toBe(true);
  });
});
