import { type Draft, type Material, splice } from './byte-mutator.js';
import type { Random } from './random.js';
import { mutateText } from './text-mutator.js';

const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  1e300,
  '',
  'x',
  '__proto__',
  '\u0000',
  '\ud800',
  'a'.repeat(300),
  [],
  {},
  [null],
  { toString: 1 },
];
const KEYS = ['__proto__', 'constructor', 'length', 'toString', ''];
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Changes a value somewhere in a draft that is JSON, or the text. */
export function mutateJson(draft: Draft, random: Random, material: Material): void {
  if (!random.chance(3)) {
    const value = parsed(draft.bytes.slice(0, draft.length));
    if (value !== undefined) {
      const text = JSON.stringify(change(value, random, material, 0));
      splice(draft, 0, draft.length, encoder.encode(text ?? ''));
      return;
    }
  }
  mutateText(draft, random, material);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

function change(value: unknown, random: Random, material: Material, depth: number): unknown {
  if (typeof value !== 'object' || value === null || random.below(depth + 4) === 0 || depth > 20)
    return other(value, random, material);
  if (Array.isArray(value)) {
    const copy: unknown[] = [...value];
    const at = random.below(copy.length);
    const choice = copy.length === 0 ? 0 : random.below(6);
    if (choice === 0) copy.push(other(value[at], random, material));
    else if (choice === 1) copy.splice(at, 1);
    else copy[at] = change(copy[at], random, material, depth + 1);
    return copy;
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length);
  const entry = entries[at];
  const choice = random.below(8);
  if (!entry || choice === 0) entries.push([random.pick(KEYS), other(null, random, material)]);
  else if (choice === 1) entries.splice(at, 1);
  else entries[at] = [entry[0], change(entry[1], random, material, depth + 1)];
  return Object.fromEntries(entries);
}

function other(value: unknown, random: Random, { dictionary }: Material): unknown {
  if (random.chance(3) && dictionary.length > 0) return decoder.decode(random.pick(dictionary));
  if (random.chance(4)) return [value];
  if (random.chance(4) && typeof value === 'string') return value + value;
  if (random.chance(4) && typeof value === 'number') return value * random.pick([-1, 2, 0.5, 2 ** 20]);
  return random.pick(ODD);
}
