/** Patterns of stream names: `*` stands for any characters, none included; everything else for itself. */
export class Patterns {
  private readonly patterns: readonly (readonly string[])[];

  constructor(patterns: readonly string[]) {
    // More asterisks side by side say nothing more.
    this.patterns = patterns.map((pattern) => pattern.split(/\*+/));
  }

  matches(text: string): boolean {
    return this.patterns.some((parts) => matches(parts, text));
  }
}

/**
 * Each part where it comes first: no other choice could leave more for the rest, so nothing is tried twice.
 * @param parts what stands between the asterisks
 */
function matches(parts: readonly string[], text: string): boolean {
  const [first = '', ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
