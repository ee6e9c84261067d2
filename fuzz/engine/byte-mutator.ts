import type { Random } from './random.js';

const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 129, 192, 254, 255];
const WIDE_EDGES = [0, 1, 255, 256, 0x3ff, 0x7fff, 0x8000, 0xfffe, 0xffff];

/** Bytes under way: mutated in place, in memory of a fixed size. */
export interface Draft {
  readonly bytes: Uint8Array;
  length: number;
}

/** What may be taken from. */
export interface Material {
  readonly corpus: readonly Uint8Array[];
  readonly dictionary: readonly Uint8Array[];
}

type Mutation = (draft: Draft, random: Random, material: Material) => void;

/** Puts `source` in place of the `removed` bytes at `at`; what gets too long is cut. */
export function splice(draft: Draft, at: number, removed: number, source: Uint8Array): void {
  const { bytes } = draft;
  const tail = draft.length - at - removed;
  const room = bytes.length - at;
  const inserted = Math.min(source.length, room);
  const kept = Math.min(tail, room - inserted);
  const own = source.buffer === bytes.buffer ? source.slice(0, inserted) : source.subarray(0, inserted);
  bytes.copyWithin(at + inserted, at + removed, at + removed + kept);
  bytes.set(own, at);
  draft.length = at + inserted + kept;
}

const chunk = (draft: Draft, random: Random): readonly [number, number] => {
  const at = random.below(draft.length);
  return [at, Math.min(draft.length - at, 1 + random.below(random.chance(4) ? draft.length : 16))];
};

const MUTATIONS: readonly Mutation[] = [
  (draft, random) => {
    draft.bytes[random.below(draft.length)]! ^= 1 << random.below(8);
  },
  (draft, random) => {
    draft.bytes[random.below(draft.length)] = random.pick(EDGES);
  },
  (draft, random) => {
    draft.bytes[random.below(draft.length)] = random.below(256);
  },
  (draft, random) => {
    draft.bytes[random.below(draft.length)]! += random.below(33) - 16;
  },
  // A length in two bytes: to the end, nearly, or at an edge.
  (draft, random) => {
    if (draft.length < 2) return;
    const at = random.below(draft.length - 1);
    const rest = draft.length - at - 2 + random.below(5) - 2;
    const value = random.chance(2) ? rest >> random.pick([0, 0, 2]) : random.pick(WIDE_EDGES);
    draft.bytes[at] = value >> 8;
    draft.bytes[at + 1] = value;
  },
  (draft, random) => {
    const [at, length] = chunk(draft, random);
    splice(draft, at, length, new Uint8Array(0));
  },
  (draft, random) => {
    const source = Uint8Array.from({ length: 1 + random.below(8) }, () => random.below(256));
    splice(draft, random.below(draft.length + 1), 0, source);
  },
  (draft, random) => {
    const [at, length] = chunk(draft, random);
    splice(draft, random.below(draft.length + 1), 0, draft.bytes.slice(at, at + length));
  },
  (draft, random) => {
    const [at, length] = chunk(draft, random);
    draft.bytes.copyWithin(random.below(draft.length - length + 1), at, at + length);
  },
  (draft, random, { dictionary }) => {
    if (dictionary.length === 0) return;
    const word = random.pick(dictionary);
    const at = random.below(draft.length + 1);
    splice(draft, at, random.chance(2) ? 0 : Math.min(word.length, draft.length - at), word);
  },
  (draft, random, { corpus }) => {
    const other = random.pick(corpus);
    const from = random.below(other.length);
    const part = other.subarray(from, from + 1 + random.below(other.length - from));
    const at = random.below(draft.length + 1);
    splice(draft, at, random.chance(2) ? 0 : random.below(draft.length - at + 1), part);
  },
  (draft, random) => {
    draft.length = random.below(draft.length + 1);
  },
];

/** Changes a draft in one to eight ways. */
export function mutateBytes(draft: Draft, random: Random, material: Material): void {
  for (let left = 1 + random.below(random.chance(3) ? 8 : 3); left > 0; left--) {
    if (draft.length === 0) draft.bytes[draft.length++] = random.below(256);
    random.pick(MUTATIONS)(draft, random, material);
  }
}

/** Repeats a piece of a draft until it is as long as it may be, or nearly: what takes a square of the length shows. */
export function grow(draft: Draft, random: Random): void {
  if (draft.length === 0) return;
  const [at, length] = chunk(draft, random);
  const target = random.chance(2) ? draft.bytes.length : random.below(draft.bytes.length);
  for (let end = draft.length; end < target; end += length)
    draft.bytes.copyWithin(end, at, at + Math.min(length, target - end));
  draft.length = Math.max(draft.length, target);
}
