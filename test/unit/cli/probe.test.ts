import { describe, expect, it } from 'vitest';
import { readProbeArguments } from '../../../src/cli/probe/index.js';
import { reportLines } from '../../../src/cli/probe/report.js';

const usual = {
  ...{ url: 'ws://localhost:8080', appKey: 'defaultApp', token: '', insecure: false, timeout: 5 },
  ...{ seconds: 5, quick: false, json: false },
};

it('reads its arguments', () => {
  expect(readProbeArguments(['a'])).toEqual({ ...usual, stream: 'a' });
  const server = ['--url', 'wss://b:1', 'a', '--app-key', 'k', '--insecure', '--timeout=9', '--token', 't'];
  expect(readProbeArguments([...server, '--seconds', '60', '--quick', '--json'])).toEqual({
    ...{ stream: 'a', url: 'wss://b:1', appKey: 'k', token: 't', insecure: true, timeout: 9 },
    ...{ seconds: 60, quick: true, json: true },
  });
});

it.each([
  [[]],
  [['']],
  [['a', 'b']],
  [['a', '--url', 'http://b']],
  [['a', '--url', 'ws://']],
  [['a', '--timeout', '0']],
  [['a', '--timeout', '1.5']],
  [['a', '--seconds', '0']],
  [['a', '--unknown']],
  [['a', '--url']],
])('refuses %j', (argv) => {
  expect(() => readProbeArguments(argv)).toThrow(/^probe: /);
});

describe('the report', () => {
  it('says all that is known', () => {
    const figures = { packets: 9, bitrate: 1499.6, lost: 0.01, missing: 0, jitter: 1.25 };
    const size = { width: 1280, height: 720, frameRate: 29.97, keyFrames: 5 };
    const lines = reportLines({
      ...{ stream: 'a', url: 'ws://b', ok: true, connectedAfter: 3.14, codecs: ['opus', 'H264'] },
      ways: [{ protocol: 'udp', address: '192.0.2.1', port: 31000, after: null }],
      ...{ firstFrameAfter: 120, roundTrip: 8 },
      video: { codec: 'H264', ...figures, ...size },
      audio: { codec: 'opus', ...figures },
    });
    expect(lines).toEqual([
      'connected    ws://b in 3.1 ms',
      'codecs       opus, H264',
      'media        UDP 192.0.2.1 port 31000 does not answer',
      'first frame  after 120.0 ms',
      'video        H264 1280x720, 30.0 frames/s, 1500 kbit/s, lost 1.00 %, not mended 0.00 %, jitter 1.3 ms',
      'audio        opus, 1500 kbit/s, lost 1.00 %, not mended 0.00 %, jitter 1.3 ms',
      'round trip   8.0 ms',
    ]);
  });

  it('says why there is nothing to say', () => {
    expect(reportLines({ stream: 'a', url: 'ws://b', ok: false, problem: 'no' })).toEqual([
      'failed       no',
    ]);
  });
});
