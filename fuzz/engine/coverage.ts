const MOST_COUNTERS = 1 << 17;

/** By how often a branch was taken: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, more. */
const BUCKETS = Uint8Array.from({ length: 256 }, (_, count) => {
  if (count === 0) return 0;
  if (count <= 3) return 1 << (count - 1);
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
});

/** The counters of instrumented modules (`instrument.mjs`), and which of them have ever been seen how high. */
export class Coverage {
  private readonly counters = new Uint8Array(MOST_COUNTERS);
  private readonly words = new Uint32Array(this.counters.buffer);
  private readonly seen = new Uint8Array(MOST_COUNTERS);
  private claimed = 0;
  /** What was new the last time something was: pairs of a counter and its bucket. */
  private fresh: number[] = [];
  /** Branches taken so far. */
  taken = 0;

  /** Before a target: nothing was ever seen. */
  forget(): void {
    this.seen.fill(0);
    this.taken = 0;
  }

  /** Gives a module its counters. */
  claim(count: number): Uint8Array {
    const start = this.claimed;
    if (start + count > MOST_COUNTERS) throw new RangeError('Too many branches to count');
    this.claimed += count;
    return this.counters.subarray(start, start + count);
  }

  /** Before an input: forgets what was counted. */
  reset(): void {
    this.counters.fill(0, 0, this.claimed);
  }

  /** After an input. @returns whether it went where, or as often as, none before */
  gained(): boolean {
    const { words, counters, seen } = this;
    const end = (this.claimed + 3) >> 2;
    let gained = false;
    for (let word = 0; word < end; word++) {
      if (words[word] === 0) continue;
      for (let at = 4 * word; at < 4 * word + 4; at++) {
        const bucket = BUCKETS[counters[at] as number] as number;
        const before = seen[at] as number;
        if ((bucket & ~before) === 0) continue;
        if (!gained) this.fresh = [];
        this.fresh.push(at, bucket);
        if (before === 0) this.taken++;
        seen[at] = before | bucket;
        gained = true;
      }
    }
    return gained;
  }

  /** After another input: whether it does everything that was new the last time something was. */
  doesTheSame(): boolean {
    const { fresh, counters } = this;
    for (let index = 0; index < fresh.length; index += 2)
      if (BUCKETS[counters[fresh[index] as number] as number] !== fresh[index + 1]) return false;
    return true;
  }

  /** After an input: how much it had to be worked for, in branches; unlike time it is the same each time. */
  work(): number {
    let work = 0;
    for (let at = 0; at < this.claimed; at++) work += this.counters[at] as number;
    return work;
  }
}

/** The one that instrumented modules claim from: to be called before any of them is loaded. */
export function installCoverage(): Coverage {
  const holder = globalThis as { $coverage?: Coverage };
  holder.$coverage ??= new Coverage();
  return holder.$coverage;
}
