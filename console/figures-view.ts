import { need, setText } from './dom.js';
import { FigureMeter, formatFigures } from './figures.js';

const interval = 1000;

/** A list of live figures below a picture, read from its stream each second while it runs. */
export class FiguresView {
  private readonly list: HTMLElement;
  private timer = 0;

  /** @param id of the `dl` whose `dd` elements name their figure in `data-figure` */
  constructor(id: string) {
    this.list = need(id, HTMLDListElement);
  }

  start(stream: Flashphoner.Stream, direction: 'up' | 'down'): void {
    this.stop();
    const meter = new FigureMeter(direction);
    const read = () =>
      stream.getStats((reports) => {
        if (this.timer !== 0) this.show(formatFigures(meter.read(reports)));
      }, true);
    this.list.hidden = false;
    this.timer = window.setInterval(read, interval);
    read();
  }

  stop(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
    this.list.hidden = true;
  }

  private show(texts: Readonly<Record<string, string>>): void {
    for (const cell of this.list.querySelectorAll<HTMLElement>('[data-figure]')) {
      setText(cell, texts[cell.dataset.figure ?? ''] ?? '');
    }
  }
}
