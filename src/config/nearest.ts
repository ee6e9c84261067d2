interface Name {
  readonly plain: string;
  /** A bit for each letter or digit in it; of some two share one. */
  readonly letters: number;
}

/** Of known names, which are asked for again and again. */
const names = new Map<string, Name>();

/**
 * The known name that a person most likely meant, or null when none is near: the fewest edits (Damerau-Levenshtein,
 * adjacent letters swapped count once), with case and separators ignored.
 * @param known names that the program has, not names from outside
 */
export function nearest(name: string, known: Iterable<string>): string | null {
  const wanted = read(name);
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(wanted.plain.length / 3)) + 1;
  for (const candidate of known) {
    const other = names.get(candidate) ?? read(candidate);
    names.set(candidate, other);
    if (fewestEdits(wanted, other) >= fewest) continue;
    const count = edits(wanted.plain, other.plain, fewest);
    if (count < fewest) {
      fewest = count;
      best = candidate;
    }
  }
  return best;
}

function read(name: string): Name {
  const plain = name
    .slice(0, 64)
    .toLowerCase()
    .replace(/[-_.\s]/g, '');
  let letters = 0;
  for (let at = 0; at < plain.length; at++) letters |= 1 << (plain.charCodeAt(at) & 31);
  return { plain, letters };
}

/** At least: an edit puts one letter in that was missing, and takes one out. */
function fewestEdits(a: Name, b: Name): number {
  const missing = Math.max(bits(a.letters & ~b.letters), bits(b.letters & ~a.letters));
  return Math.max(missing, Math.abs(a.plain.length - b.plain.length));
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** @returns `limit` for that many and more */
function edits(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
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
      least = Math.min(least, count);
      current.push(count);
    }
    // No row has less than the least of the row above.
    if (least >= limit) return limit;
    before = above;
    above = current;
  }
  return at(above, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
