const most = 8192;

/** Where players may seek to, in order of time. However long the file, it stays small: when full, every second one goes. */
export class SeekIndex<Entry> {
  private list: Entry[] = [];
  private every = 1;
  private turn = 0;

  get entries(): readonly Entry[] {
    return this.list;
  }

  add(entry: Entry): void {
    this.turn += 1;
    if ((this.turn - 1) % this.every !== 0) return;
    this.list.push(entry);
    if (this.list.length < most) return;
    this.list = this.list.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }
}
