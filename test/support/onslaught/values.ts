import type { Dice } from './dice.js';

function nested(depth: number): unknown {
  return JSON.parse(`${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}`);
}

/** What nobody expects in a field. */
const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  -1e308,
  'NaN',
  'Infinity',
  '-1',
  '1e999',
  '9'.repeat(400),
  '',
  ' ',
  '\0',
  '\r\na=candidate:1 1 udp 1 192.0.2.9 9 typ host',
  '\ud800',
  'a\udfffb',
  '\u202egnirts\u202c',
  '𝒳'.repeat(500),
  'x'.repeat(10_000),
  '__proto__',
  'constructor',
  'toString',
  '%s%n{{x}}',
  [],
  {},
  [[[[]]]],
  ['x', null, {}, 7],
  Array.from({ length: 1000 }, (_, index) => index),
  nested(10),
  nested(28),
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, index])),
];

export function oddValue(dice: Dice): unknown {
  return dice.pick(values);
}

/** An SDP with lines taken away, doubled, exchanged or garbled, or cut off. */
export function spoilSdp(sdp: string, dice: Dice): string {
  const lines = sdp.split('\r\n');
  for (let count = 1 + dice.below(4); count > 0; count -= 1) {
    const [one, other] = [dice.below(lines.length), dice.below(lines.length)];
    const line = lines[one] ?? '';
    switch (dice.below(7)) {
      case 0:
        lines.splice(one, 1);
        break;
      case 1:
        lines.splice(other, 0, line);
        break;
      case 2:
        [lines[one], lines[other]] = [lines[other] ?? '', line];
        break;
      case 3:
        lines[one] = line.replace(/\d+/, dice.pick(['-1', '0', '65536', '99999999999999999999', '', 'x']));
        break;
      case 4:
        lines[one] = line.replace(/[:= ].*/, '');
        break;
      case 5:
        lines[one] = line + String(oddValue(dice)).slice(0, 300);
        break;
      default:
        lines.length = other + 1;
    }
  }
  return lines.join(dice.pick(['\r\n', '\n', '\r']));
}
