import { ask, streamPath } from './api.js';
import { onApproach } from './near.js';

const period = 10_000;
/** Asked for at once: the server makes few at a time. */
const mostAtOnce = 2;

interface Wish {
  readonly name: string;
  readonly show: (url: string) => void;
  /** When it may be asked for, by `performance.now()`. */
  due: number;
  url: string | null;
  busy: boolean;
}

/** Pictures of streams, new ones now and then for as long as they can be seen. */
export class Thumbnails {
  private readonly wishes = new Map<Element, Wish>();
  private readonly seen = new Set<Element>();
  private running = 0;
  private timer = 0;
  /** The server cannot make any. */
  private impossible = false;

  constructor() {
    document.addEventListener('visibilitychange', () => this.turn());
  }

  /**
   * Shows a stream's picture in an element while it is on the screen.
   * @param show gets an address that stays valid until the next one
   * @returns what ends it
   */
  follow(element: Element, name: string, show: (url: string) => void): () => void {
    const wish: Wish = { name, show, due: 0, url: null, busy: false };
    this.wishes.set(element, wish);
    const ignore = onApproach(element, (isNear) => {
      if (isNear) this.seen.add(element);
      else this.seen.delete(element);
      this.turn();
    });
    return () => {
      ignore();
      this.wishes.delete(element);
      this.seen.delete(element);
      if (wish.url) URL.revokeObjectURL(wish.url);
    };
  }

  /** Asks for what is due, and comes back when something will be. */
  private turn(): void {
    window.clearTimeout(this.timer);
    if (this.impossible || document.visibilityState !== 'visible') return;
    const now = performance.now();
    const waiting = [...this.seen]
      .map((element) => ({ element, wish: this.wishes.get(element) }))
      .filter(({ wish }) => wish && !wish.busy)
      .sort((a, b) => a.wish!.due - b.wish!.due);
    for (const { element, wish } of waiting) {
      if (wish!.due > now || this.running >= mostAtOnce) break;
      void this.fetch(element, wish!);
    }
    const next = waiting.find(({ wish }) => !wish!.busy)?.wish;
    if (next && this.running < mostAtOnce) {
      this.timer = window.setTimeout(() => this.turn(), Math.max(50, next.due - now));
    }
  }

  private async fetch(element: Element, wish: Wish): Promise<void> {
    wish.busy = true;
    this.running++;
    const answer = await ask(streamPath(wish.name, '/thumbnail'));
    if (answer.ok) {
      const picture = await answer.response.blob().catch(() => null);
      if (picture && this.wishes.get(element) === wish) {
        const old = wish.url;
        wish.url = URL.createObjectURL(picture);
        wish.show(wish.url);
        if (old) window.setTimeout(() => URL.revokeObjectURL(old), 1000);
      }
    } else if (answer.status === 501) this.impossible = true;
    const wait = !answer.ok && answer.retryAfter > 0 ? answer.retryAfter * 1000 : period;
    // Not all at the same moment.
    wish.due = performance.now() + wait * (0.9 + 0.2 * Math.random());
    wish.busy = false;
    this.running--;
    this.turn();
  }
}
