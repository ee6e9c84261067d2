import type { History } from '../../src/plugins/live/messages.js';

type Value = number | null;

/** The last values of some series over one row of times, as uPlot takes them. */
export class ChartData {
  /** Seconds since 1970. */
  private times: number[] = [];
  private readonly columns: Map<string, Value[]>;

  /**
   * @param keys of the series
   * @param length steps that are kept
   */
  constructor(
    keys: readonly string[],
    private readonly length = 300,
  ) {
    this.columns = new Map(keys.map((key) => [key, []]));
  }

  /** Begins again with what the server remembers. */
  load({ startedAt, step, series }: Pick<History, 'startedAt' | 'step' | 'series'>): void {
    const size = Math.max(0, ...[...this.columns.keys()].map((key) => series[key]?.length ?? 0));
    const first = Math.max(0, size - this.length);
    this.times = [];
    for (let i = first; i < size; i++) this.times.push((startedAt + i * step) / 1000);
    for (const key of this.columns.keys()) {
      const values = series[key] ?? [];
      // Series that began later end at the same time.
      const missing = size - values.length;
      this.columns.set(
        key,
        this.times.map((_, i) => values[first + i - missing] ?? null),
      );
    }
  }

  /**
   * Adds one step; one that is not after the last is left out.
   * @param time ms since 1970
   */
  push(time: number, point: { readonly [key: string]: Value | undefined } | object): boolean {
    const seconds = time / 1000;
    const last = this.times.at(-1);
    if (last !== undefined && seconds <= last) return false;
    this.times.push(seconds);
    for (const [key, column] of this.columns) {
      const value: unknown = (point as Readonly<Record<string, unknown>>)[key];
      column.push(typeof value === 'number' && Number.isFinite(value) ? value : null);
      if (column.length > this.length) column.shift();
    }
    if (this.times.length > this.length) this.times.shift();
    return true;
  }

  /** The times and one array for each key. */
  columnsOf(keys: readonly string[]): [number[], ...Value[][]] {
    return [this.times, ...keys.map((key) => this.columns.get(key) ?? [])];
  }
}

/** What a series amounts to, for those who cannot see it. */
export function summarize(values: readonly Value[], format: (value: Value) => string): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'no figures yet';
  const last = values.at(-1) ?? null;
  return `now ${format(last)}, lowest ${format(Math.min(...known))}, highest ${format(Math.max(...known))}`;
}
