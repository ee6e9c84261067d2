/** Steps that are remembered. */
export const historyLength = 300;

/**
 * Some figures of the same moments, step by step, the last 300: four bytes a figure, allocated with the first step. What is
 * not known is null outside and NaN inside.
 */
export class Series<Key extends string> {
  private readonly values: Float32Array;
  /** Where the next step goes. */
  private next = 0;
  private count = 0;

  constructor(
    readonly keys: readonly Key[],
    private readonly length = historyLength,
  ) {
    this.values = new Float32Array(keys.length * length);
  }

  /** Bytes. */
  get memory(): number {
    return this.values.byteLength;
  }

  /** Steps that are there. */
  get size(): number {
    return this.count;
  }

  /** @param missed steps before this one of which nothing is known */
  add(point: Readonly<Record<Key, number | null>>, missed = 0): void {
    for (let step = Math.min(missed, this.length); step > 0; step -= 1) this.put(null);
    this.put(point);
  }

  /** The newest last, rounded to what means something to people. */
  read(): Record<Key, (number | null)[]> {
    const series = {} as Record<Key, (number | null)[]>;
    this.keys.forEach((key, row) => {
      const values: (number | null)[] = [];
      for (let step = this.count; step > 0; step -= 1) {
        const at = (this.next - step + this.length) % this.length;
        const value = this.values[row * this.length + at] as number;
        values.push(Number.isNaN(value) ? null : rounded(value));
      }
      series[key] = values;
    });
    return series;
  }

  private put(point: Readonly<Record<Key, number | null>> | null): void {
    this.keys.forEach((key, row) => {
      this.values[row * this.length + this.next] = point?.[key] ?? Number.NaN;
    });
    this.next = (this.next + 1) % this.length;
    this.count = Math.min(this.count + 1, this.length);
  }
}

/** Parts have four digits behind the point, what is large has none. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 10_000) / 10_000;
}
