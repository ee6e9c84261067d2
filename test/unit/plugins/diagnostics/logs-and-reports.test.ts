import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDiagnostics } from '../../../../src/plugins/diagnostics/index.js';
import { configOf } from '../../config/support.js';
import { dataFolder, keptLog, PluginClient } from '../support/plugin-client.js';

function setUp(argv: readonly string[] = [], level: 'debug' | 'info' = 'debug') {
  const data = dataFolder();
  const kept = keptLog(level);
  const diagnostics = createDiagnostics(configOf({ argv: ['--data-dir', data.path, ...argv] }), kept.log);
  return { data, diagnostics, client: new PluginClient(diagnostics), ...kept };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

describe('pushLogs', () => {
  const push = (client: PluginClient, logs: unknown) => client.say('pushLogs', { logs });

  it('goes to the log at level debug, with the session', async () => {
    const { client, lines } = setUp();
    await push(client, '12:00:00 INFO core - "Connected"\n');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'debug',
        msg: 'client log',
        session: 'session-1',
        line: '12:00:00 INFO core - "Connected"',
      }),
    ]);
    expect(client.received).toEqual([]);
  });

  it('costs nothing at a higher level', async () => {
    const { client, raw } = setUp([], 'info');
    await push(client, 'line');
    expect(raw).toEqual([]);
  });

  it('cannot forge a line, nor move a cursor', async () => {
    const { client, raw, lines } = setUp();
    await push(
      client,
      'a\n{"level":"fatal","msg":"forged"}\r\n\u001b[2Jb\u0000\u009bc\u2028d\u2029e\u202ef\u200b\ud800g',
    );
    expect(raw).toHaveLength(1);
    expect(raw[0]?.trimEnd()).not.toContain('\n');
    expect(lines[0]?.line).toBe('a {"level":"fatal","msg":"forged"} [2Jb c d e f g');
    expect(lines[0]).toMatchObject({ level: 'debug', msg: 'client log' });
  });

  it('holds no secret', async () => {
    const { client, raw } = setUp();
    await push(client, JSON.stringify('Offer SDP:\na=ice-pwd:sEcReT\r\na=crypto:1 A inline:sEcReT\r\n'));
    await push(client, '{"sipPassword":"sEcReT"}');
    expect(raw).toHaveLength(2);
    expect(raw.join('')).not.toContain('sEcReT');
  });

  it('is cut to its longest length', async () => {
    const { client, lines } = setUp(['--diagnostics-log-line-length', '10']);
    await push(client, '0123456789abcdef');
    await push(client, 'a=ice-pwd:');
    expect(lines.map(({ line }) => line)).toEqual(['0123456789', 'a=ice-pwd:']);
  });

  it('is dropped beyond its rate, and the log says now and then how much was', async () => {
    const { client, diagnostics, lines } = setUp(['--diagnostics-log-line-rate', '2']);
    for (let count = 0; count < 5; count++) await push(client, `a${count}`);
    vi.advanceTimersByTime(1000);
    await push(client, 'b0');
    expect(lines.map(({ line }) => line)).toEqual(['a0', 'a1', 'b0']);
    vi.advanceTimersByTime(9000);
    for (let count = 0; count < 3; count++) await push(client, `c${count}`);
    expect(lines.slice(3).map(({ line, dropped }) => line ?? dropped)).toEqual([3, 'c0', 'c1']);
    expect(lines[3]).toMatchObject({ level: 'debug', msg: 'client log lines dropped', session: 'session-1' });
    diagnostics.onEnd?.(client);
    expect(lines.at(-1)).toMatchObject({ msg: 'client log lines dropped', dropped: 1 });
  });

  it('has a rate for each client', async () => {
    const { client, diagnostics, lines } = setUp(['--diagnostics-log-line-rate', '1']);
    await push(client, 'one');
    await push(new PluginClient(diagnostics), 'two');
    expect(lines.map(({ line }) => line)).toEqual(['one', 'two']);
  });

  it.each([undefined, null, 7, {}, []])('takes %j without harm', async (logs) => {
    const { client } = setUp();
    await push(client, logs);
    expect(client.received).toEqual([]);
  });
});

describe('submitBugReport', () => {
  const report = { text: 'no sound', deep: { list: [1, 'ä', null] }, token: 'kept as it is' };
  const failure = (info: string) => ({ message: 'fail', data: [{ apiMethod: 'submitBugReport', info }] });

  it('is kept verbatim, one file each, and answered with its name', async () => {
    const { client, data } = setUp();
    await client.say('submitBugReport', report);
    expect(client.last()).toEqual({ message: 'notifyBugReport', data: data.names('bug-reports') });
    expect(data.texts('bug-reports').map((text) => JSON.parse(text))).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        session: 'session-1',
        remoteAddress: '192.0.2.7',
        userAgent: 'Browser/1',
        report,
      },
    ]);
  });

  it('is refused when it is too large, to the byte', async () => {
    const { client, data } = setUp(['--diagnostics-max-bug-report-size', '1024']);
    await client.say('submitBugReport', { text: '' });
    const room = 1024 - Buffer.byteLength(data.texts('bug-reports')[0] as string);
    await client.say('submitBugReport', { text: 'x'.repeat(room) });
    expect(client.last()?.message).toBe('notifyBugReport');
    await client.say('submitBugReport', { text: 'x'.repeat(room + 1) });
    expect(client.last()).toEqual(failure('The bug report is too large'));
    expect(data.names('bug-reports')).toHaveLength(2);
  });

  it('is refused beyond its rate, until the minute is over', async () => {
    const { client, data } = setUp(['--diagnostics-bug-report-rate', '2']);
    for (let count = 0; count < 3; count++) await client.say('submitBugReport', report);
    expect(client.received.map(({ message }) => message)).toEqual([
      'notifyBugReport',
      'notifyBugReport',
      'fail',
    ]);
    expect(client.last()).toEqual(failure('Too many bug reports'));
    vi.advanceTimersByTime(60_000);
    await client.say('submitBugReport', report);
    expect(client.last()?.message).toBe('notifyBugReport');
    expect(data.names('bug-reports')).toHaveLength(3);
  });

  it('keeps only the newest', async () => {
    const { client, data } = setUp(['--diagnostics-max-bug-reports', '2']);
    for (let count = 0; count < 4; count++) await client.say('submitBugReport', { count });
    expect(data.names('bug-reports')).toHaveLength(2);
    expect(data.names('bug-reports')).toContain(client.last()?.data[0]);
  });

  it('is refused where it is turned off', async () => {
    const { client, data } = setUp(['--diagnostics-bug-reports', 'false']);
    await client.say('submitBugReport', report);
    expect(client.received).toEqual([failure('Bug reports are turned off')]);
    expect(data.names('bug-reports')).toEqual([]);
  });

  it('that cannot be written fails for the client, and the log says why', async () => {
    const { client, data, lines } = setUp();
    writeFileSync(join(data.path, 'bug-reports'), '');
    await client.say('submitBugReport', report);
    expect(client.received).toEqual([failure('The bug report could not be written')]);
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      msg: 'bug report could not be written',
      reason: expect.stringMatching(/^E[A-Z]+ \(mkdir\)$/),
    });
  });

  it.each([null, 'text', 7, []])('takes %j without harm', async (payload) => {
    const { client, data } = setUp();
    await client.say('submitBugReport', payload);
    expect(JSON.parse(data.texts('bug-reports')[0] as string).report).toEqual({});
  });
});
