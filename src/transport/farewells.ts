import type { Agenda, Timed } from '../kit/index.js';
import type { TcpStream } from '../native/index.js';

/** Time that a peer has to read what it was sent last, ms. */
const patience = 1000;
/** Connections that are kept for it at most; the oldest goes. */
const most = 256;

/**
 * TCP connections that have been said goodbye to. One that is closed while input lies unread is reset, and what was sent
 * last may never be read (RFC 1122 section 4.2.2.13), so it stays for a moment, its sending side closed.
 */
export class Farewells implements Timed {
  private readonly leaving: { readonly stream: TcpStream; readonly until: number }[] = [];

  constructor(private readonly agenda: Agenda) {}

  get size(): number {
    return this.leaving.length;
  }

  /** @param now ms */
  add(stream: TcpStream, now: number): void {
    stream.end();
    if (this.leaving.length >= most) this.leaving.shift()?.stream.close();
    this.leaving.push({ stream, until: now + patience });
    this.agenda.schedule(this, (this.leaving[0] as { until: number }).until);
  }

  onTime(now: number): number {
    while (this.leaving[0] && this.leaving[0].until <= now) this.leaving.shift()?.stream.close();
    return this.leaving[0]?.until ?? Number.POSITIVE_INFINITY;
  }

  close(): void {
    this.agenda.cancel(this);
    for (const { stream } of this.leaving.splice(0)) stream.close();
  }
}
