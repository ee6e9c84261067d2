import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from '../../../src/kit/index.js';

function logTo(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const output = { write: (text: string) => void lines.push(text) };
  return { log: createLogger({ level: 'info', ...options, output }), lines };
}

describe('createLogger', () => {
  it('writes one JSON object a line, with the level by name', () => {
    const { log, lines } = logTo();
    log.child({ room: 'web' }).warn({ port: 8081 }, 'listening');
    log.debug('not this');
    expect(lines).toHaveLength(1);
    const entry = JSON.parse(lines[0] as string);
    expect(entry).toMatchObject({
      level: 'warn',
      room: 'web',
      port: 8081,
      msg: 'listening',
      pid: process.pid,
    });
    expect(new Date(entry.time).getTime()).toBeGreaterThan(0);
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  it('is silent at level silent', () => {
    const { log, lines } = logTo({ level: 'silent' });
    log.fatal('no');
    expect(lines).toEqual([]);
  });

  it.each(['authToken', 'token', 'password'])('never writes a %s, wherever it stands', (name) => {
    for (const pretty of [false, true]) {
      const { log, lines } = logTo({ pretty });
      const secret = { [name]: 'hunter2' };
      log.info(secret, 'flat');
      log.info({ data: secret, list: [secret], a: { b: { c: secret } } }, 'deep');
      log.child(secret).info('child');
      expect(lines).toHaveLength(3);
      expect(lines.join('')).not.toContain('hunter2');
      expect(lines.join('')).toContain('[secret]');
    }
  });

  it('writes a readable line when asked to', () => {
    const { log, lines } = logTo({ pretty: true });
    log.info({ port: 8081, host: '0.0.0.0', name: 'two words', none: null }, 'web is listening');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} INFO {2}web is listening {2}port=8081 {2}host=0\.0\.0\.0 {2}name="two words" {2}none=null\n$/,
    );
    log.error(new Error('broken'));
    expect(lines[1]).toMatch(/ERROR broken\n {4}Error: broken\n {4} +at /);
  });

  it('lets no text from outside start a line or move the cursor of a terminal', () => {
    const { log, lines } = logTo({ pretty: true });
    log.info({ name: 'a\u001b[2Jb\nFAKE', 'k\ne\u009by': 1 }, 'bad \u001b[31m name\r\nERROR fake');
    expect(lines[0]?.trimEnd()).not.toMatch(/\p{Cc}/u);
    log.error(new Error('\u001b[2J'));
    expect(lines[1]).not.toContain('\u001b');
  });
});
