import type { ConnectionState } from './connection.js';
import { setText } from './dom.js';

const words = { connecting: 'Connecting…', connected: 'Connected', waiting: 'Server not reachable' } as const;

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

  show(state: ConnectionState): void {
    window.clearInterval(this.timer);
    this.root.dataset.state = state.kind;
    setText(this.word, words[state.kind]);
    setText(this.countdown, '');
    if (state.kind !== 'waiting') return;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((state.retryAt - Date.now()) / 1000));
      setText(this.countdown, `next try in ${seconds} s`);
    };
    tick();
    this.timer = window.setInterval(tick, 1000);
  }
}
