import { Backoff } from './backoff.js';

/** What the server tells the page in `/settings.json`. */
export interface Settings {
  readonly product: string;
  readonly version: string;
  readonly wsPort: number;
  /** Its port with TLS; null when only a proxy may provide that. */
  readonly wssPort: number | null;
  readonly codecs: { readonly audio: readonly string[]; readonly video: readonly string[] };
}

export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  /** Down; the next attempt comes by itself. */
  | { readonly kind: 'waiting'; readonly retryAt: number };

/** Time the WebSocket and the server's first answer may take together, ms. */
const connectTimeout = 8000;

/** @throws Error when the server does not answer with settings */
export async function fetchSettings(): Promise<Settings> {
  const response = await fetch('/settings.json', { cache: 'no-store' });
  if (!response.ok) throw new Error(`settings.json: ${response.status}`);
  return (await response.json()) as Settings;
}

/** The WebSocket of a server on the host that the page came from. */
export function webSocketUrl({ wsPort, wssPort }: Settings): string {
  const { protocol, hostname } = window.location;
  return protocol === 'https:' ? `wss://${hostname}:${wssPort ?? wsPort}` : `ws://${hostname}:${wsPort}`;
}

/** One session with the server that comes back by itself when it is lost. */
export class Connection {
  private readonly backoff = new Backoff(1000, 15_000);
  private current: Flashphoner.Session | null = null;
  private established = false;
  private timer = 0;

  constructor(
    readonly url: string,
    private readonly onState: (state: ConnectionState) => void,
  ) {}

  /** The session when it is up. */
  get session(): Flashphoner.Session | null {
    return this.established ? this.current : null;
  }

  start(): void {
    window.addEventListener('online', () => this.retry());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.retry();
    });
    this.connect();
  }

  /** Tries at once, if it is waiting to. */
  retry(): void {
    if (this.current === null) this.connect();
  }

  private connect(): void {
    window.clearTimeout(this.timer);
    this.onState({ kind: 'connecting' });
    const session = Flashphoner.createSession({ urlServer: this.url, timeout: connectTimeout });
    this.current = session;
    this.timer = window.setTimeout(() => session.disconnect(), connectTimeout + 500);
    session
      .on('ESTABLISHED', () => this.onUp(session))
      .on('FAILED', () => this.onDown(session))
      .on('DISCONNECTED', () => this.onDown(session));
  }

  private onUp(session: Flashphoner.Session): void {
    if (session !== this.current) return;
    window.clearTimeout(this.timer);
    this.established = true;
    this.backoff.reset();
    this.onState({ kind: 'connected' });
  }

  private onDown(session: Flashphoner.Session): void {
    if (session !== this.current) return;
    window.clearTimeout(this.timer);
    this.current = null;
    this.established = false;
    const wait = this.backoff.next();
    this.timer = window.setTimeout(() => this.connect(), wait);
    this.onState({ kind: 'waiting', retryAt: Date.now() + wait });
  }
}
