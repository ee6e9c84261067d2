import { Refusal } from '../refusal.js';
import type { Method } from './method.js';

/** What WCS has and Sluice has not: each family of methods with what it would do. */
const families: Readonly<Record<string, string>> = {
  api: 'calls by SIP',
  call: 'calls by SIP',
  cdn: 'the CDN',
  mixer: 'mixers',
  multipoint: 'mixers',
  pull: 'streams of other servers',
  push: 'streams to other servers',
  rtsp: 'RTSP sources',
};

/** There is nothing of what it has not, so finding that finds nothing; everything else cannot be done. */
export function missingMethod(path: string): Method | null {
  const [family = '', ...rest] = path.split('/');
  const what = Object.hasOwn(families, family) ? families[family] : undefined;
  if (what === undefined || rest.length === 0) return null;
  const isFind = /^(find|show)/.test(rest.at(-1) ?? '');
  return {
    role: isFind ? 'viewer' : 'operator',
    call: () => {
      throw isFind ? new Refusal(404, 'Nothing found.') : new Refusal(501, `Sluice does not have ${what}.`);
    },
  };
}
