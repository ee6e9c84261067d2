import { setText } from './dom.js';

const words = {
  connecting: 'Connecting…',
  connected: 'Connected',
  live: 'Live',
  waiting: 'Server not reachable',
  refused: 'Not allowed',
} as const;

/** What is shown of a connection's state. */
export interface ShownState {
  readonly kind: keyof typeof words;
  /** When the next attempt is, where it waits for one; ms since 1970. */
  readonly retryAt?: number;
}

/** Shows the state of the connection: its word at once, the countdown to the next attempt beside it. */
export class ServerState {
  private timer = 0;

  /**
   * @param word says the state; a screen reader announces it
   * @param countdown says when the next attempt is; it changes each second, so nothing announces it
   */
  constructor(
    private readonly root: HTMLElement,
    private readonly word: HTMLElement,
    private readonly countdown: HTMLElement,
  ) {}

  show({ kind, retryAt }: ShownState): void {
    window.clearInterval(this.timer);
    this.root.dataset.state = kind;
    setText(this.word, words[kind]);
    setText(this.countdown, '');
    if (retryAt === undefined) return;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
      setText(this.countdown, `next try in ${seconds} s`);
    };
    tick();
    this.timer = window.setInterval(tick, 1000);
  }
}
