import { expect, it } from 'vitest';
import { browserName, systemName } from '../../../console/dashboard/software.js';

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0';
const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${chrome} Safari/537.36`, 'Chrome 141', 'Linux'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${chrome.replace('Chrome', 'HeadlessChrome')}`, 'Chrome 141', 'Linux'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/141.0.0.0`, 'Edge 141', 'Windows'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${chrome} Mobile Safari/537.36`, 'Chrome 141', 'Android 10'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox 145', 'Linux'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${safari} Safari/605.1.15`, 'Safari 18.3', 'macOS'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) ${safari} Mobile/15E148 Safari/604.1`,
    'Safari 18.3',
    'iOS 18',
  ],
  [`Mozilla/5.0 (iPad; CPU OS 17_1 like Mac OS X) ${safari} Safari/604.1`, 'Safari 18.3', 'iOS 17'],
])('knows %s', (agent, browser, system) => {
  const said = { browser: agent, os: agent.replace('Mozilla/', '') };
  expect([browserName(said), systemName(said)]).toEqual([browser, system]);
});

it('leaves alone what is no browser’s', () => {
  expect(browserName({ browser: 'sluice-publish', os: '' })).toBe('sluice-publish');
  expect(systemName({ browser: 'sluice-publish', os: '' })).toBe('');
  expect(systemName({ browser: 'Chrome 141', os: 'Debian 12' })).toBe('Debian 12');
  expect(browserName({ browser: 'Mozilla/5.0 (', os: '' })).toBe('Mozilla/5.0 (');
  expect(systemName({ browser: 'Mozilla/5.0 (nothing known)', os: '5.0 (nothing' })).toBe('');
  expect(browserName({ browser: '', os: '' })).toBe('');
});

it('looks at the beginning of long ones alone', () => {
  const long = `Mozilla/5.0 (${' '.repeat(600)}Firefox/145.0`;
  expect(browserName({ browser: long, os: '' })).toBe(long);
});
