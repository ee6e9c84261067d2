import { type Draft, type Material, mutateBytes, splice } from './byte-mutator.js';
import type { Random } from './random.js';

const NUMBERS = [
  '0',
  '-1',
  '1',
  '65535',
  '65536',
  '4294967296',
  '9007199254740993',
  '1e999',
  '0x10',
  '1.5',
  '',
];
const LINE_FEED = 0x0a;
const ascii = new TextEncoder();

/** Offsets of a line, its end included. */
function lineAt(draft: Draft, random: Random): readonly [number, number] {
  const { bytes, length } = draft;
  const at = random.below(length);
  const start = at === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, at - 1) + 1;
  const end = bytes.subarray(0, length).indexOf(LINE_FEED, at);
  return [start, end < 0 ? length : end + 1];
}

function lineOf(source: Uint8Array, random: Random): Uint8Array {
  const draft = { bytes: source, length: source.length };
  if (source.length === 0) return source;
  const [start, end] = lineAt(draft, random);
  return source.subarray(start, end);
}

/** Offsets of a run of digits, at or behind a place; null without. */
function numberAt(draft: Draft, random: Random): readonly [number, number] | null {
  const isDigit = (at: number) => draft.bytes[at]! >= 0x30 && draft.bytes[at]! <= 0x39;
  let start = random.below(draft.length);
  while (start < draft.length && !isDigit(start)) start++;
  if (start === draft.length) return null;
  let end = start + 1;
  while (end < draft.length && isDigit(end)) end++;
  return [start, end];
}

/** Changes lines and numbers of a draft, or its bytes. */
export function mutateText(draft: Draft, random: Random, material: Material): void {
  for (let left = 1 + random.below(3); left > 0; left--) {
    if (draft.length === 0 || random.chance(3)) {
      mutateBytes(draft, random, material);
      continue;
    }
    const [start, end] = lineAt(draft, random);
    const choice = random.below(5);
    if (choice === 0) splice(draft, start, end - start, new Uint8Array(0));
    else if (choice === 1) splice(draft, start, 0, draft.bytes.slice(start, end));
    else if (choice === 2) splice(draft, start, 0, lineOf(random.pick(material.corpus), random));
    else if (choice === 3) splice(draft, start, end - start, lineOf(random.pick(material.corpus), random));
    else {
      const found = numberAt(draft, random);
      if (found) splice(draft, found[0], found[1] - found[0], ascii.encode(random.pick(NUMBERS)));
    }
  }
}
