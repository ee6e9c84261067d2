import { need } from './dom.js';
import { FiguresView } from './figures-view.js';
import { show, watchStream } from './watch.js';

/** Statistics over the picture, while the person wants them and something plays. */
class Overlay {
  private readonly button = need('statistics', HTMLButtonElement);
  private readonly figures = new FiguresView('figures');
  private stream: Flashphoner.Stream | null = null;

  constructor() {
    this.button.addEventListener('click', () => {
      this.button.setAttribute('aria-pressed', String(!this.wanted));
      this.update();
    });
  }

  private get wanted(): boolean {
    return this.button.getAttribute('aria-pressed') === 'true';
  }

  follow(stream: Flashphoner.Stream | null): void {
    this.stream = stream;
    this.update();
  }

  private update(): void {
    if (this.stream && this.wanted) this.figures.start(this.stream, 'down');
    else this.figures.stop();
  }
}

const name = new URLSearchParams(window.location.search).get('stream')?.trim() ?? '';
if (name === '') {
  show('ask', 'Which stream?', 'Give the name that it is published under.');
  need('ask-name', HTMLInputElement).focus();
} else {
  const overlay = new Overlay();
  watchStream(name, (stream) => overlay.follow(stream));
}
