import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Draft, mutateBytes } from './byte-mutator.js';
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
const LARGEST_CORPUS = 8192;
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
  readonly seconds: number;
  readonly corpus: number;
  /** Branches taken. */
  readonly taken: number;
  /** Minimised; one of each kind. */
  readonly crashes: readonly Crash[];
}

/**
 * Feeds a target with its seeds, then with what mutation makes of them: an input that takes another branch, or one more
 * often, is mutated further. Follows from the seed alone.
 */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzResult> {
  const { coverage } = options;
  coverage.forget();
  const random = new Random(options.seed);
  const watchdog = new Watchdog(target.maxLength, options.hangPath);
  const draft: Draft = { bytes: watchdog.bytes, length: 0 };
  const corpus: Uint8Array[] = target.seeds().map((seed) => seed.slice(0, target.maxLength));
  if (corpus.length === 0) corpus.push(new Uint8Array(1));
  const dictionary = (target.dictionary ?? []).map((word) => Uint8Array.from(Buffer.from(word)));
  const material = { corpus, dictionary };
  const mutate = MUTATORS[target.kind];
  const crashes = new Map<string, Crash>();
  const started = performance.now();
  const seeds = corpus.length;
  // What is kept for good is there by then. A short run does not tell.
  const settled = options.runs < 1000 ? -1 : Math.min(100_000, options.runs >> 1);
  let heap = 0;
  let inputs = 0;
  for (; inputs < options.runs; inputs++) {
    if ((inputs & 0xff) === 0 && performance.now() - started > 1000 * options.seconds) break;
    if (inputs === settled) heap = heapInUse();
    const parent = inputs < seeds ? (corpus[inputs] as Uint8Array) : choose(corpus, random);
    draft.bytes.set(parent);
    draft.length = parent.length;
    if (inputs >= seeds) mutate(draft, random, material);
    watchdog.begin(draft.length);
    coverage.reset();
    const running = failureOf(target, copyOf(draft));
    // To wait for what is there already would take longer than most inputs do.
    const reason = typeof running === 'object' && running !== null ? await running : running;
    watchdog.done();
    if (reason !== null && !crashes.has(kindOf(reason)) && crashes.size < MOST_CRASHES) {
      const sameKind = async (input: Uint8Array) =>
        kindOf((await failureOf(target, input)) ?? '') === kindOf(reason);
      const input = await minimise(copyOf(draft), sameKind);
      crashes.set(kindOf(reason), { input, reason });
    } else if (coverage.gained()) {
      if (corpus.length < LARGEST_CORPUS) corpus.push(copyOf(draft));
      else corpus[random.below(corpus.length)] = copyOf(draft);
    }
  }
  const seconds = (performance.now() - started) / 1000;
  const growth = heap === 0 ? 0 : heapInUse() - heap;
  // Named once more, lest the target be garbage, and what it keeps, before that was measured.
  const reason = `the heap grew by ${growth >> 20} MiB with ${target.kind} inputs`;
  if (growth > LEAK) crashes.set('memory', { input: new Uint8Array(0), reason });
  await watchdog.close();
  return { inputs, seconds, corpus: corpus.length, taken: coverage.taken, crashes: [...crashes.values()] };
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

/** The newest are the least explored. */
function choose(corpus: readonly Uint8Array[], random: Random): Uint8Array {
  const newest = Math.max(1, corpus.length >> 2);
  const at = random.chance(2) ? corpus.length - 1 - random.below(newest) : random.below(corpus.length);
  return corpus[at] as Uint8Array;
}

/** Not shared with another thread: decoders of text refuse that. */
function copyOf(draft: Draft): Uint8Array<ArrayBuffer> {
  return new Uint8Array(draft.bytes.subarray(0, draft.length));
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
