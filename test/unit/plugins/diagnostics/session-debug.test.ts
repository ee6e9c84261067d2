import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDiagnostics } from '../../../../src/plugins/diagnostics/index.js';
import { encode } from '../../../../src/wire/index.js';
import { configOf } from '../../config/support.js';
import { dataFolder, keptLog, PluginClient } from '../support/plugin-client.js';

function setUp(...argv: string[]) {
  const data = dataFolder();
  const kept = keptLog();
  const config = configOf({ argv: ['--data-dir', data.path, ...argv] });
  const diagnostics = createDiagnostics(config, kept.log);
  const client = () => new PluginClient(diagnostics);
  return { data, diagnostics, client, ...kept };
}

const debug = (client: PluginClient, command: string) => client.say('sessionDebug', { command });
const linesOf = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('start and stop', () => {
  it('record what is said in between, both ways, into one file that the client gets the path of', async () => {
    const { data, diagnostics, client } = setUp();
    const one = client();
    await one.say('pushLogs', { logs: 'before' });
    await debug(one, 'start');
    expect(one.last()).toEqual({ message: 'notifySessionDebugEvent', data: [{ status: 'STARTED' }] });
    await one.say('publishStream', {
      mediaSessionId: 'm',
      sdp: 'a=ice-pwd:sEcReT\r\n',
      custom: { token: 'sEcReT' },
    });
    one.send(encode.setRemoteSDP('m', 'v=0\r\na=ice-pwd:sEcReT\r\n', true));
    await one.say('pushLogs', { logs: `a line with ${one.session.authToken}\n` });
    await debug(one, 'stop');

    const file = String(one.last()?.data[0]?.file);
    expect(one.last()).toEqual({ message: 'notifySessionDebugEvent', data: [{ status: 'STOPPED', file }] });
    const name = file.replace('client/debug/', '');
    expect(diagnostics.downloads).toMatchObject({ url: '/client/debug/', folder: join(data.path, 'debug') });
    expect(diagnostics.downloads.owns(name)).toBe(true);
    expect(data.names('debug')).toEqual([name]);

    const [text] = data.texts('debug');
    expect(text).not.toMatch(/sEcReT|auth\+token|before/);
    const [head, ...frames] = linesOf(text);
    expect(head).toEqual({
      record: 'session debug',
      session: 'session-1',
      appKey: 'defaultApp',
      remoteAddress: '192.0.2.7',
      userAgent: 'Browser/1',
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      stopped: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      ended: 'stop',
      frames: 4,
      dropped: 0,
    });
    expect(frames.map(({ direction, frame }) => [direction, frame.message])).toEqual([
      ['in', 'publishStream'],
      ['out', 'setRemoteSDP'],
      ['in', 'pushLogs'],
      ['in', 'sessionDebug'],
    ]);
    expect(frames[1].frame.data).toEqual(['m', 'v=0\r\na=ice-pwd:[redacted]\r\n', true]);
    expect(frames[2].frame.data).toEqual([{ logs: 'a line with [redacted]\n' }]);
    for (const { time } of frames) expect(Date.parse(time)).toBeGreaterThan(0);
  });

  it('given twice change nothing', async () => {
    const { data, client } = setUp();
    const one = client();
    await debug(one, 'start');
    await one.say('ping', null);
    await debug(one, 'start');
    expect(one.last()?.data).toEqual([{ status: 'STARTED' }]);
    await debug(one, 'stop');
    await debug(one, 'stop');
    expect(one.last()?.data).toEqual([{ status: 'STOPPED' }]);
    const [head, ...frames] = linesOf(data.texts('debug')[0]);
    expect(frames.map(({ frame }) => frame.message)).toEqual(['ping', 'sessionDebug', 'sessionDebug']);
    expect(head.frames).toBe(3);
    expect(data.names('debug')).toHaveLength(1);
  });

  it('without a start, stop has no file; another command has no answer', async () => {
    const { data, client } = setUp();
    const one = client();
    await debug(one, 'stop');
    expect(one.received).toEqual([{ message: 'notifySessionDebugEvent', data: [{ status: 'STOPPED' }] }]);
    await debug(one, 'pause');
    expect(one.received).toHaveLength(1);
    expect(data.names('debug')).toEqual([]);
  });

  it('never say the name of the file in the log', async () => {
    const { data, client, raw } = setUp();
    const one = client();
    await debug(one, 'start');
    await debug(one, 'stop');
    const [name = ''] = data.names('debug');
    expect(raw.join('')).toContain('session debug recorded');
    expect(raw.join('')).not.toContain(name.slice(20, 42));
  });
});

describe('the end of a session', () => {
  it('writes what runs', async () => {
    const { data, diagnostics, client } = setUp();
    const [gone, idle] = [client(), client()];
    await debug(gone, 'start');
    diagnostics.onEnd?.(gone);
    diagnostics.onEnd?.(idle);
    await diagnostics.close();
    expect(data.texts('debug').map((text) => linesOf(text)[0].ended)).toEqual(['close']);
  });

  it('by the end of the server too', async () => {
    const { data, diagnostics, client } = setUp();
    await debug(client(), 'start');
    await debug(client(), 'start');
    await diagnostics.close();
    expect(data.texts('debug').map((text) => linesOf(text)[0].ended)).toEqual(['shutdown', 'shutdown']);
  });
});

describe('the bounds', () => {
  it('the size of a file: the oldest goes, and the file says how much', async () => {
    const { data, client } = setUp('--diagnostics-max-debug-file-size', '65536');
    const one = client();
    await debug(one, 'start');
    for (let count = 0; count < 3000; count++) await one.say('pushLogs', { logs: `line ${count} ä` });
    await debug(one, 'stop');
    const [text = ''] = data.texts('debug');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    expect(Buffer.byteLength(text)).toBeGreaterThan(50_000);
    const [head, ...frames] = linesOf(text);
    expect(head.frames).toBe(frames.length);
    expect(head.dropped).toBe(3001 - frames.length);
    expect(frames[0].frame.data[0].logs).toBe(`line ${head.dropped} ä`);
    expect(frames.at(-1).frame.data).toEqual([{ command: 'stop' }]);
  });

  it.each(['x', '"', 'ä', '\u0001', '😀'])('the size of a message of %s', async (letter) => {
    const { data, client } = setUp('--diagnostics-max-debug-file-size', '65536');
    const one = client();
    await debug(one, 'start');
    await one.say('sendData', { payload: letter.repeat(120_000 / letter.length) });
    await debug(one, 'stop');
    const [text = ''] = data.texts('debug');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    const [, cut] = linesOf(text);
    expect(cut).toMatchObject({ direction: 'in', length: expect.any(Number) });
    expect(cut.length).toBeGreaterThan(120_000 / letter.length);
    expect(cut.cut).toHaveLength(16_384);
  });

  it('the number of files', async () => {
    const { data, client } = setUp('--diagnostics-max-debug-files', '2');
    for (let count = 0; count < 4; count++) {
      const one = client();
      await debug(one, 'start');
      await debug(one, 'stop');
    }
    expect(data.names('debug')).toHaveLength(2);
  });

  it('the number of sessions at the same time', async () => {
    const { client } = setUp('--diagnostics-max-debug-sessions', '1');
    const [one, two] = [client(), client()];
    await debug(one, 'start');
    await debug(two, 'start');
    expect(two.received).toEqual([
      { message: 'notifySessionDebugEvent', data: [{ status: 'FAILED', info: 'Too many debug sessions' }] },
    ]);
    const stopped = debug(one, 'stop');
    await debug(two, 'start');
    expect(two.last()?.data[0]?.status, 'while the other is still written').toBe('FAILED');
    await stopped;
    await debug(two, 'start');
    expect(two.last()?.data).toEqual([{ status: 'STARTED' }]);
  });

  it('the records of one client in a minute', async () => {
    const { data, client } = setUp();
    const one = client();
    for (let count = 0; count < 12; count++) {
      await debug(one, 'start');
      await debug(one, 'stop');
    }
    expect(data.names('debug')).toHaveLength(10);
  });
});

describe('when it cannot be', () => {
  it('turned off: says so', async () => {
    const { data, client } = setUp('--diagnostics-session-debug', 'false');
    const one = client();
    await debug(one, 'start');
    expect(one.last()?.data).toEqual([{ status: 'FAILED', info: 'Session debug is turned off' }]);
    await debug(one, 'stop');
    expect(one.last()?.data).toEqual([{ status: 'STOPPED' }]);
    expect(data.names('debug')).toEqual([]);
  });

  it('no folder to write to: the client hears that it failed, the log hears why, and it works again later', async () => {
    const { data, client, lines } = setUp();
    const blocker = join(data.path, 'debug');
    writeFileSync(blocker, '');
    const one = client();
    await debug(one, 'start');
    await debug(one, 'stop');
    expect(one.last()?.data).toEqual([{ status: 'FAILED', info: 'The record could not be written' }]);
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'session debug could not be written',
      session: 'session-1',
      reason: expect.stringMatching(/^E[A-Z]+ \(mkdir\)$/),
    });
    rmSync(blocker);
    await debug(one, 'start');
    await debug(one, 'stop');
    expect(one.last()?.data[0]).toMatchObject({ status: 'STOPPED', file: expect.any(String) });
  });
});
