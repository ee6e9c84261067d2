/** Most lines kept, and most characters of each. */
const mostLines = 20;
const longestLine = 400;

/** The last lines that a child wrote to stderr: bounded, however much and whatever it writes. */
export class LastLines {
  private readonly kept: string[] = [];
  private open = '';

  /** @param chunk of text, cut anywhere */
  add(chunk: string): void {
    // All before the last lines would be pushed out at once.
    const tail = chunk.length > mostLines * longestLine ? chunk.slice(-mostLines * longestLine) : chunk;
    const [first = '', ...rest] = tail.split(/\r\n|\r|\n/);
    this.open = (this.open + first).slice(0, longestLine);
    for (const part of rest) {
      this.finish();
      this.open = part.slice(0, longestLine);
    }
  }

  /** The lines, the oldest first; the last one may be unfinished. */
  get lines(): string[] {
    const open = this.open.trim();
    return open === '' ? [...this.kept] : [...this.kept, open].slice(-mostLines);
  }

  private finish(): void {
    const line = this.open.trim();
    if (line === '') return;
    this.kept.push(line);
    if (this.kept.length > mostLines) this.kept.shift();
  }
}
