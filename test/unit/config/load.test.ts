import { describe, expect, it } from 'vitest';
import { configOf, problemsOf, yaml } from './support.js';

const audio = ['opus', 'PCMA', 'PCMU', 'G722'];

describe('the layers', () => {
  it('takes the file over the defaults, the environment over the file, flags over the environment', () => {
    const text = 'wsPort: 1\nhttpPort: 2\nmediaPort: 3\ncodecs:\n  video: [VP8]\n';
    const config = configOf(
      yaml(text, {
        env: { SLUICE_CONFIG: 's.yaml', SLUICE_HTTP_PORT: '20', SLUICE_MEDIA_PORT: '30', PATH: '/bin' },
        argv: ['--media-port', '300'],
      }),
    );
    expect([config.wsPort, config.httpPort, config.mediaPort]).toEqual([1, 20, 300]);
    expect(config.codecs).toEqual({ audio, audioRedundancy: 'offered', video: ['VP8'] });
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
    expect(configOf({ argv }).codecs).toMatchObject({ audio: ['PCMU', 'opus'], video: ['VP8', 'H264'] });
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
