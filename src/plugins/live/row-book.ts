import type { StreamRow } from './messages.js';

/** What has changed since some edition, as JSON texts. */
export interface Changes {
  /** Of rows. */
  readonly changed: readonly string[];
  /** Names, in JSON. */
  readonly ended: readonly string[];
}

interface Entry {
  readonly text: string;
  /** The edition that brought it. */
  readonly since: number;
}

/** Editions that a page may be behind: the names of streams that ended before are forgotten. */
export const mostBehind = 60;

/**
 * The list of streams in editions, one a second: each row is written as JSON once for all pages, and a page is told what has
 * changed since the edition that it has, be that the last one, an older one, or none.
 */
export class RowBook {
  /** The newest; 0 before the first. */
  edition = 0;
  private rows = new Map<string, Entry>();
  /** Name to the edition since which it is gone, the longest gone first. */
  private readonly gone = new Map<string, number>();
  /** What pages are told who have the edition before the newest, or any other: made once. */
  private readonly made = new Map<number, Changes>();

  /** The next edition. */
  publish(rows: Iterable<StreamRow>): void {
    this.edition += 1;
    this.made.clear();
    const before = this.rows;
    this.rows = new Map();
    for (const row of rows) {
      const text = JSON.stringify(row);
      const old = before.get(row.name);
      this.rows.set(row.name, old?.text === text ? old : { text, since: this.edition });
      this.gone.delete(row.name);
    }
    for (const name of before.keys()) {
      if (this.rows.has(name)) continue;
      this.gone.delete(name);
      this.gone.set(name, this.edition);
    }
    for (const [name, since] of this.gone) {
      if (since > this.edition - mostBehind) break;
      this.gone.delete(name);
    }
  }

  /** @param edition that the page has; 0 for none */
  since(edition: number): Changes {
    let changes = this.made.get(edition);
    if (changes) return changes;
    const changed: string[] = [];
    for (const { text, since } of this.rows.values()) if (since > edition) changed.push(text);
    const ended: string[] = [];
    if (edition > 0)
      for (const [name, since] of this.gone) if (since > edition) ended.push(JSON.stringify(name));
    changes = { changed, ended };
    this.made.set(edition, changes);
    return changes;
  }
}
