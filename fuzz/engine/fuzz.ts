import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Draft, grow, mutateBytes } from './byte-mutator.js';
import { Corpus } from './corpus.js';
import type { Coverage } from './coverage.js';
import type { Crash } from './crashes.js';
import { mutateJson } from './json-mutator.js';
import { minimise } from './minimise.js';
import { Random } from './random.js';
import type { FuzzTarget } from './target.js';
import { mutateText } from './text-mutator.js';
import { Watchdog } from './watchdog.js';

const MUTATORS = { binary: mutateBytes, text: mutateText, json: mutateJson } as const;
const DEFAULT_LIMIT = 100;
/** Growth of the heap over a run that is no noise, bytes. */
const LEAK = 64 * 2 ** 20;
/** Inputs that are spent on cutting one down that has gained. */
const MOST_TRIES = 32;
/** One of so many inputs that gain nothing is cross-checked. */
const CROSS_CHECKED = 64;
/** Bytes that the smallest inputs have room for. */
const SMALLEST = 64;
const MOST_CRASHES = 16;

export interface FuzzOptions {
  readonly seed: number;
  /** Most inputs. */
  readonly runs: number;
  /** Most seconds. */
  readonly seconds: number;
  readonly coverage: Coverage;
  /** Where an input goes that never ends. */
  readonly hangPath: string;
}

export interface FuzzResult {
  readonly inputs: number;
  /** Of computing: those that other programs took do not count. */
  readonly seconds: number;
  readonly corpus: number;
  /** Branches taken. */
  readonly taken: number;
  /** Minimised; one of each kind. */
  readonly crashes: readonly Crash[];
}

/**
 * Feeds a target with its seeds, then with what mutation makes of them: an input that takes another branch, or one more
 * often, is cut down to what it takes and mutated further. Follows from the seed alone.
 */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { coverage, runs } = options;
  coverage.forget();
  const random = new Random(options.seed);
  const watchdog = new Watchdog(target.maxLength, options.hangPath);
  const drafts = draftsIn(watchdog.bytes);
  const whole = drafts.at(-1) as Draft;
  const seeds = target.seeds().map((seed) => seed.slice(0, target.maxLength));
  if (seeds.length === 0) seeds.push(new Uint8Array(1));
  const corpus = new Corpus();
  const dictionary = (target.dictionary ?? []).map((word) => Uint8Array.from(Buffer.from(word)));
  const material = { corpus: corpus.inputs, dictionary };
  const mutate = MUTATORS[target.kind];
  const growing = Math.max(64, target.maxLength >> 4);
  const crashes = new Map<string, Crash>();
  const started = performance.now();
  const computed = process.cpuUsage();
  // What is kept for good is there by then. A short run does not tell.
  const settled = runs < 1000 ? Number.POSITIVE_INFINITY : Math.min(100_000, runs >> 1);
  let heap = 0;
  let inputs = 0;

  const feed = (length: number): string | null | Promise<string | null> => {
    inputs++;
    watchdog.begin(length);
    coverage.reset();
    return failureOf(target, copyOf(watchdog.bytes, length));
  };
  const crashed = async (reason: string, length: number): Promise<void> => {
    const kind = kindOf(reason);
    if (crashes.has(kind) || crashes.size >= MOST_CRASHES) return;
    const sameKind = async (input: Uint8Array) => kindOf((await failureAlone(target, input)) ?? '') === kind;
    const alone = copyOf(watchdog.bytes, length);
    const all = target.history?.inputs();
    const input = all && !(await sameKind(alone.slice())) ? all : alone;
    crashes.set(kind, { input: await minimise(input, sameKind), reason });
    target.history?.forget();
  };
  /** Leaves out pieces of what has just gained as long as the same is new; a few tries are most of what there is to get. */
  const keep = async (length: number, first: number): Promise<void> => {
    let best = copyOf(watchdog.bytes, length);
    let work = first;
    let tries = 0;
    for (let piece = best.length >> 1; piece >= 4; piece >>= 1) {
      for (let at = 0; at + piece <= best.length && tries < MOST_TRIES && inputs < runs; tries++) {
        whole.bytes.set(best);
        whole.bytes.copyWithin(at, at + piece, best.length);
        const shorter = best.length - piece;
        const reason = await feed(shorter);
        watchdog.done();
        if (reason !== null) await crashed(reason, shorter);
        if (reason !== null || !coverage.doesTheSame()) at += piece;
        else {
          best = copyOf(watchdog.bytes, shorter);
          work = coverage.work();
        }
      }
    }
    corpus.add(best, work, random);
  };

  for (let turn = 0; inputs < runs; turn++) {
    if ((turn & 0xff) === 0 && performance.now() - started > 1000 * options.seconds) break;
    if (heap === 0 && inputs >= settled) heap = heapInUse();
    const seed = seeds[turn];
    const parent = seed ?? corpus.choose(random);
    const grows = !seed && random.chance(growing);
    const draft = grows ? whole : draftFor(drafts, parent.length, random);
    draft.bytes.set(parent);
    draft.length = parent.length;
    if (!seed) mutate(draft, random, material);
    if (grows) grow(draft, random);
    const { length } = draft;
    const running = feed(length);
    // To wait for what is there already would take longer than most inputs do.
    const reason = typeof running === 'object' && running !== null ? await running : running;
    watchdog.done();
    if (reason !== null) await crashed(reason, length);
    else {
      const gained = coverage.gained();
      const work = gained || seed ? coverage.work() : 0;
      if (target.crossCheck && (gained || random.chance(CROSS_CHECKED))) {
        const crossed = await crossFailureOf(target, copyOf(watchdog.bytes, length));
        if (crossed !== null) await crashed(crossed, length);
      }
      if (seed) corpus.add(seed, work, random);
      if (gained) await keep(length, work);
    }
    // All seeds may be crashes.
    if (corpus.inputs.length === 0 && turn + 1 >= seeds.length) corpus.add(parent, 0, random);
  }
  const { user, system } = process.cpuUsage(computed);
  const seconds = (user + system) / 1e6;
  const growth = heap === 0 ? 0 : heapInUse() - heap;
  // Named once more, lest the target be garbage, and what it keeps, before that was measured.
  const reason = `the heap grew by ${growth >> 20} MiB with ${target.kind} inputs`;
  if (growth > LEAK) crashes.set('memory', { input: new Uint8Array(0), reason });
  await watchdog.close();
  const { taken } = coverage;
  return { inputs, seconds, corpus: corpus.inputs.length, taken, crashes: [...crashes.values()] };
}

/** The same memory in sizes that are twice the one before, so that an input does not grow by much more than that. */
function draftsIn(bytes: Uint8Array): Draft[] {
  const drafts: Draft[] = [];
  for (let size = SMALLEST; size < bytes.length; size *= 2)
    drafts.push({ bytes: bytes.subarray(0, size), length: 0 });
  return [...drafts, { bytes, length: 0 }];
}

/** The smallest that has some room beside an input, or now and then the next. */
function draftFor(drafts: readonly Draft[], length: number, random: Random): Draft {
  let at = 0;
  while (at < drafts.length - 1 && (drafts[at] as Draft).bytes.length < length + (length >> 3)) at++;
  if (at < drafts.length - 1 && random.chance(16)) at++;
  return drafts[at] as Draft;
}

/** The same for a target that has been through nothing; all checks are made. */
export async function failureAlone(target: FuzzTarget, input: Uint8Array): Promise<string | null> {
  target.history?.forget();
  return (await failureOf(target, input.slice())) ?? crossFailureOf(target, input);
}

async function crossFailureOf(target: FuzzTarget, input: Uint8Array): Promise<string | null> {
  try {
    await target.crossCheck?.(input);
    return null;
  } catch (error) {
    return textOf(error);
  }
}

/** @returns why an input is a crash; null when it is none */
export function failureOf(target: FuzzTarget, input: Uint8Array): string | null | Promise<string | null> {
  const before = performance.now();
  try {
    const running = target.run(input);
    if (running) return failureLater(target, input, running, before);
  } catch (error) {
    return textOf(error);
  }
  const limit = target.limitMs ?? DEFAULT_LIMIT;
  return performance.now() - before <= limit ? null : slowAgain(target, input, limit);
}

async function failureLater(target: FuzzTarget, input: Uint8Array, running: Promise<void>, before: number) {
  try {
    await running;
  } catch (error) {
    return textOf(error);
  }
  const limit = target.limitMs ?? DEFAULT_LIMIT;
  return performance.now() - before <= limit ? null : slowAgain(target, input, limit);
}

/** Whoever else uses the machine may have taken the time: what counts is that of the processor, again and again. */
async function slowAgain(target: FuzzTarget, input: Uint8Array, limit: number): Promise<string | null> {
  for (let tries = 0; tries < 3; tries++) {
    const before = process.cpuUsage();
    await target.run(input.slice());
    const { user, system } = process.cpuUsage(before);
    if (user + system <= 1000 * limit) return null;
  }
  return `takes more than ${limit} ms`;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Two crashes are one when they are thrown at one place. */
function kindOf(reason: string): string {
  const frame = reason.split('\n').find((line) => line.includes('/src/') || line.includes('/targets/'));
  return `${reason.split(/[:\d\n]/, 1)[0]} ${frame ?? ''}`;
}

/** Not shared with another thread: decoders of text refuse that. */
function copyOf(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, length));
  return copy;
}

let collect: (() => void) | undefined;

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  collect ??= runInNewContext('gc') as () => void;
  // What the first finds to be garbage is given back by the time of the second.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
