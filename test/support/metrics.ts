import parse from 'parse-prometheus-text-format';

interface Sample {
  readonly value?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly Sample[];
}

/** What `/metrics` has said, read by a parser of the exposition format. */
export class Scrape {
  private readonly families: Map<string, Family>;

  constructor(readonly text: string) {
    const families = parse(text) as Family[];
    this.families = new Map(families.map((family) => [family.name, family]));
  }

  static async of(httpUrl: string): Promise<Scrape> {
    const response = await fetch(`${httpUrl}/metrics`);
    if (!response.ok) throw new Error(`/metrics: ${response.status}`);
    return new Scrape(await response.text());
  }

  get names(): string[] {
    return [...this.families.keys()];
  }

  family(name: string): Family | undefined {
    return this.families.get(name);
  }

  /** Sum over the time series of a name that have these labels; NaN where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const found = this.samples(name, labels);
    return found.length === 0 ? Number.NaN : found.reduce((sum, { value }) => sum + Number(value), 0);
  }

  /** How often a histogram without labels has been observed, and the sum of it. */
  histogram(name: string): { count: number; sum: number } {
    const [sample] = this.samples(name, {});
    return { count: Number(sample?.count ?? 0), sum: Number(sample?.sum ?? 0) };
  }

  /** How often a histogram with these labels has been observed: the parser knows none that have labels. */
  count(name: string, labels: Readonly<Record<string, string>>): number {
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    const lines = this.text.split('\n').filter((line) => line.startsWith(`${name}_count{`));
    const found = lines.filter((line) => wanted.every((label) => line.includes(label)));
    return found.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  private samples(name: string, labels: Readonly<Record<string, string>>): readonly Sample[] {
    const wanted = Object.entries(labels);
    const all = this.families.get(name)?.metrics ?? [];
    return all.filter((sample) => wanted.every(([key, value]) => sample.labels?.[key] === value));
  }
}
