import { describe, expect, it } from 'vitest';
import { configOf, problemsOf, yaml } from './support.js';

const url = 'https://backend.example/wcs';

describe('hooks.applications', () => {
  it('has defaults for what is not said', () => {
    const { hooks } = configOf(yaml(`hooks: { applications: { myApp: { url: "${url}" }, roomApp: {} } }`));
    expect(hooks.applications).toMatchObject({
      myApp: { url, onError: 'LOG', methods: expect.arrayContaining(['publishStream', 'OnDataEvent']) },
      roomApp: { url: '' },
    });
    expect(hooks.applications.myApp?.methods).not.toContain('pushLogs');
  });

  it('is JSON in a flag and in a variable', () => {
    const text = JSON.stringify({ myApp: { url, onError: 'FAIL' } });
    expect(configOf({ argv: ['--hooks-applications', text] }).hooks.applications.myApp?.onError).toBe('FAIL');
    const env = { SLUICE_HOOKS_APPLICATIONS: text };
    expect(configOf({ env }).hooks.applications.myApp?.url).toBe(url);
  });

  it.each([
    ['text', 'hooks.applications'],
    ['[]', 'hooks.applications'],
    ['{"":{}}', 'hooks.applications.'],
    ['{"a":{"url":"ftp://x"}}', 'hooks.applications.a.url'],
    ['{"a":{"url":"file:///etc/passwd"}}', 'hooks.applications.a.url'],
    ['{"a":{"url":"http://x/?secret=1"}}', 'hooks.applications.a'],
    ['{"a":{"url":"http://user:secret@x"}}', 'hooks.applications.a'],
    ['{"a":{"password":"secret"}}', 'hooks.applications.a'],
    ['{"a":{"username":"u:secret"}}', 'hooks.applications.a.username'],
    ['{"a":{"methods":["secret"]}}', 'hooks.applications.a.methods.0'],
    ['{"a":{"onError":"secret"}}', 'hooks.applications.a.onError'],
    ['{"a":{"secrets":"secret"}}', 'hooks.applications.a.secrets'],
  ])('refuses %s, and shows nothing of it', (text, key) => {
    const [problem = ''] = problemsOf({ argv: ['--hooks-applications', text] });
    expect(problem.startsWith(`${key}: `), problem).toBe(true);
    expect(
      problem
        .replace('secrets', '')
        .replace('[secret]', '')
        .replace(/password in|, secret,/, ''),
    ).not.toContain('secret');
  });
});

describe('access', () => {
  const secret = 'x'.repeat(32);

  it.each([
    [['--access-jwt-secret', 'x'.repeat(31)], 'access.jwtSecret: has less than 32 bytes'],
    [
      ['--access-jwt-secret', secret, '--access-jwks-url', 'http://x'],
      'access.jwksUrl: cannot be set beside',
    ],
    [['--access-jwt-key-file', 'f', '--access-jwks-url', 'http://x'], 'access.jwksUrl: cannot be set beside'],
    [['--access-require-token', 'true'], 'access.requireToken: true needs'],
    [['--signaling-refused-close-code', '1006'], 'signaling.refusedCloseCode: 1006 is not a close code'],
  ])('refuses %s', (argv, problem) => {
    const problems = problemsOf({ argv });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain(secret);
  });

  it('takes one key', () => {
    expect(configOf({ argv: ['--access-jwt-secret', secret] }).access.jwtSecret).toBe(secret);
  });
});
