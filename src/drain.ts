import type { Logger } from './kit/index.js';
import type { Gate, StreamService } from './streams/index.js';

/** What a client that wants to publish is told meanwhile; the protocol has no words of its own for it. */
const refusal = 'The server is draining';

/** Takes the server out of service without ending a stream: nobody new, and the end once the last stream has ended. */
export class Drain {
  /** Resolves when the server may stop: nothing is published or played any more, or the time is up. */
  readonly over: Promise<void>;
  private end: () => void = () => {};
  private begun = false;
  private timer: NodeJS.Timeout | null = null;
  private streams: StreamService | null = null;
  private refuseSessions: () => void = () => {};

  /** @param timeout how long streams may go on unless `begin` says otherwise, ms */
  constructor(
    private readonly timeout: number,
    private readonly log: Logger,
  ) {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Whether it has begun: then nobody is to send new clients here. */
  get draining(): boolean {
    return this.begun;
  }

  /** A gate that publishers no longer pass; players may still join what goes on. */
  gate(inner: Gate): Gate {
    const check: Gate['check'] = async (session, action) =>
      this.begun && action.kind === 'publish' ? refusal : inner.check(session, action);
    return { check };
  }

  /** Says what is to be drained, also if it has begun already. */
  watch(streams: StreamService, refuseSessions: () => void): void {
    this.streams = streams;
    this.refuseSessions = refuseSessions;
    streams.on('status', ({ ended }) => {
      if (ended) this.endIfIdle();
    });
    if (this.begun) this.close();
  }

  /** Begins; once more sets the time anew. @param timeout ms from now */
  begin(timeout = this.timeout): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.log.warn('the time to drain is up, the streams that are left end');
      this.end();
    }, timeout);
    this.timer.unref();
    this.log.info(
      { timeout },
      'draining: no new clients, no new streams; the end comes with the last stream',
    );
    if (this.begun) return;
    this.begun = true;
    this.close();
  }

  private close(): void {
    this.refuseSessions();
    this.endIfIdle();
  }

  private endIfIdle(): void {
    if (!this.begun || !this.streams?.idle) return;
    if (this.timer) clearTimeout(this.timer);
    this.end();
  }
}
