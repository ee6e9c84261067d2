import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What the browser that asks says of the page that made it ask. */
export class Origins {
  private readonly allowed: ReadonlySet<string>;
  private readonly hosts: ReadonlySet<string>;

  constructor(allowedOrigins: readonly string[], allowedHosts: readonly string[]) {
    this.allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
    this.hosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /** The request's origin if it is one of those allowed, to be named in `Access-Control-Allow-Origin`; else null. */
  allowedOrigin({ origin }: IncomingHttpHeaders): string | null {
    return origin !== undefined && this.allowed.has(origin.toLowerCase()) ? origin : null;
  }

  /**
   * Whether a page of another, not allowed origin makes the browser ask. Browsers name the origin of everything that
   * changes something; of plain GETs they tell the relation only (Fetch Metadata), and following a link is no one's harm.
   */
  isForeign({ headers, method }: IncomingMessage): boolean {
    if (headers.origin !== undefined) {
      return this.allowedOrigin(headers) === null && !isSameOrigin(headers.origin, headers.host);
    }
    const site = headers['sec-fetch-site'];
    if (site === undefined || site === 'same-origin' || site === 'none') return false;
    const follows = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    return !(follows && (method === 'GET' || method === 'HEAD'));
  }

  /**
   * Whether the `Host` header is a name that only this machine's owner gives it. A page that has its own name resolve to
   * 127.0.0.1 (DNS rebinding) asks under that name, and its origin is then the same.
   */
  isOwnHost(host: string | undefined): boolean {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase();
    if (name === undefined) return false;
    return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || this.hosts.has(name);
  }
}

function isSameOrigin(origin: string, host: string | undefined): boolean {
  if (host === undefined || !/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  // Through the same scheme, so that default ports vanish on both sides.
  const asked = `${protocol}//${host}`;
  return URL.canParse(asked) && new URL(asked).host === asking;
}
