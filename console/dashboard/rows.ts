import { batch, type Signal, signal } from '@preact/signals';
import type { StreamRow } from '../../src/plugins/live/messages.js';

export type Sorting = 'newest' | 'name' | 'viewers' | 'bitrate' | 'loss' | 'health';

const healthRanks = { warning: 0, notice: 1, good: 2 } as const;

const comparisons: Readonly<Record<Sorting, (a: StreamRow, b: StreamRow) => number>> = {
  newest: (a, b) => b.startedAt - a.startedAt,
  name: () => 0,
  viewers: (a, b) => b.viewers - a.viewers,
  bitrate: (a, b) => (b.incoming ?? -1) - (a.incoming ?? -1),
  loss: (a, b) => worstLoss(b) - worstLoss(a),
  health: (a, b) => healthRanks[a.health] - healthRanks[b.health] || worstLoss(b) - worstLoss(a),
};

/** The larger of what the publisher and the viewers lose; -1 while neither is known. */
export function worstLoss({ publisherLoss, viewerLoss }: StreamRow): number {
  return Math.max(publisherLoss ?? -1, viewerLoss ?? -1);
}

/** Names in the order of a list that is searched and sorted; equal ones by name. */
export function arrange(rows: Iterable<StreamRow>, search: string, sorting: Sorting): string[] {
  const wanted = search.trim().toLowerCase();
  const compare = comparisons[sorting];
  return [...rows]
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => compare(a, b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name }) => name);
}

/** The live streams, each a signal of its own: what shows one is drawn anew only when that one changes. */
export class StreamRows {
  private readonly rows = new Map<string, Signal<StreamRow>>();
  /** Counts up when a stream comes or goes. */
  readonly members = signal(0);

  get size(): number {
    return this.rows.size;
  }

  get(name: string): Signal<StreamRow> | undefined {
    return this.rows.get(name);
  }

  /** What they are now. */
  *values(): Iterable<StreamRow> {
    for (const row of this.rows.values()) yield row.peek();
  }

  /** Takes in what one `figures` says. */
  apply(changed: readonly StreamRow[], ended: readonly string[]): void {
    batch(() => {
      let moved = false;
      for (const name of ended) moved = this.rows.delete(name) || moved;
      for (const row of changed) {
        const known = this.rows.get(row.name);
        if (known) known.value = row;
        else {
          this.rows.set(row.name, signal(row));
          moved = true;
        }
      }
      if (moved) this.members.value++;
    });
  }

  /** A new connection begins with nothing known, and its first figures have all. */
  replace(rows: readonly StreamRow[]): void {
    const names = new Set(rows.map(({ name }) => name));
    this.apply(
      rows,
      [...this.rows.keys()].filter((name) => !names.has(name)),
    );
  }
}
