interface Name {
  readonly plain: string;
  /** A bit for each letter or digit in it; of some two share one. */
  readonly letters: number;
}

/** Of a name, characters that count: no known one has more. */
const longest = 64;

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
    .slice(0, longest)
    .toLowerCase()
    .replace(/[-_.\s]/g, '')
    // Some capitals have two small letters.
    .slice(0, longest);
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

/** Rows of the table of edits: of the name's characters before the last one, up to it, and up to this one. */
let [before, above, current] = [0, 1, 2].map(() => new Uint8Array(longest + 1)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Only cells that fewer than `limit` edits can lead to are looked at. @returns `limit` for that many and more */
function edits(a: string, b: string, limit: number): number {
  above.fill(limit);
  for (let column = 0; column < limit; column++) above[column] = column;
  for (let row = 1; row <= a.length; row++) {
    const letter = a.charCodeAt(row - 1);
    const [from, to] = [Math.max(1, row - limit + 1), Math.min(b.length, row + limit - 1)];
    current[from - 1] = from === 1 ? Math.min(row, limit) : limit;
    let least = current[from - 1]!;
    for (let column = from; column <= to; column++) {
      const other = b.charCodeAt(column - 1);
      let count = above[column - 1]! + (letter === other ? 0 : 1);
      count = Math.min(count, above[column]! + 1, current[column - 1]! + 1);
      const swapped =
        row > 1 && column > 1 && letter === b.charCodeAt(column - 2) && a.charCodeAt(row - 2) === other;
      if (swapped) count = Math.min(count, before[column - 2]! + 1);
      current[column] = Math.min(count, limit);
      least = Math.min(least, count);
    }
    if (to < longest) current[to + 1] = limit;
    // No row has less than the least of the row above.
    if (least >= limit) return limit;
    [before, above, current] = [above, current, before];
  }
  return above[b.length]!;
}
