/**
 * The known name that a person most likely meant, or null when none is near: the fewest edits (Damerau-Levenshtein,
 * adjacent letters swapped count once), with case and separators ignored.
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = plain(name);
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const count = edits(wanted, plainOf(candidate), fewest);
    if (count < fewest) {
      fewest = count;
      best = candidate;
    }
  }
  return best;
}

/** Of known names, each is asked for often. */
const plains = new Map<string, string>();

function plainOf(known: string): string {
  let found = plains.get(known);
  if (found === undefined) {
    found = plain(known);
    plains.set(known, found);
  }
  return found;
}

function plain(name: string): string {
  return name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_.\s]/g, '');
}

function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let count = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        count = Math.min(count, at(before, column - 2) + 1);
      }
      current.push(count);
    }
    // No row has less than the least of the row above.
    if (Math.min(...current) >= limit) return limit;
    before = above;
    above = current;
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
