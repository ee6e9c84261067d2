import { MediaUnavailable, type TransportCredentials } from '../streams/index.js';
import type { ToMedia } from './channel.js';

export interface OpenRequestLimits {
  /** Requests that the process is asked at a time; so what its channel holds is bounded when it reads nothing. */
  readonly inFlight: number;
  /** Further ones that wait for their turn. */
  readonly waiting: number;
  /** How long an answer may take, ms. */
  readonly timeout: number;
}

interface Request {
  readonly message: ToMedia;
  /** Null once it has been given up. */
  settle: ((answer: readonly TransportCredentials[] | MediaUnavailable) => void) | null;
}

/** Requests of the control process to open endpoints in one media process, on their way to it and back. */
export class OpenRequests {
  private readonly waiting = new Map<number, Request>();
  private readonly asked = new Map<number, Request>();
  private overdue = 0;

  /** @param post to the media process */
  constructor(
    private readonly post: (message: ToMedia) => void,
    private readonly limits: OpenRequestLimits,
  ) {}

  /** Requests without an answer. */
  get size(): number {
    return this.waiting.size + this.asked.size;
  }

  /** Whether the process owes an answer for longer than an answer may take. */
  get stalled(): boolean {
    return this.overdue > 0;
  }

  /**
   * Asks for an endpoint as soon as it is its turn.
   * @throws (rejects) MediaUnavailable: refused, or no answer in time, or none to be expected
   */
  async open(id: number, message: ToMedia): Promise<readonly TransportCredentials[]> {
    if (this.stalled) throw new MediaUnavailable('the media process does not answer');
    if (this.waiting.size >= this.limits.waiting) {
      throw new MediaUnavailable('too many requests wait for the media process');
    }
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<readonly TransportCredentials[] | MediaUnavailable>((settle) => {
      this.waiting.set(id, { message, settle });
      timer = setTimeout(() => this.giveUp(id), this.limits.timeout);
      this.advance();
    });
    clearTimeout(timer);
    if (answer instanceof MediaUnavailable) throw answer;
    return answer;
  }

  /** The process has answered. An endpoint that nobody waits for any more is closed. */
  answer(id: number, answer: readonly TransportCredentials[] | MediaUnavailable): void {
    const request = this.asked.get(id);
    if (!request) return;
    this.asked.delete(id);
    if (request.settle) request.settle(answer);
    else {
      this.overdue -= 1;
      if (!(answer instanceof MediaUnavailable)) this.post({ type: 'close', id });
    }
    this.advance();
  }

  /** No answers are to be expected any more. */
  end(reason: string): void {
    const requests = [...this.asked.values(), ...this.waiting.values()];
    this.asked.clear();
    this.waiting.clear();
    this.overdue = 0;
    for (const { settle } of requests) settle?.(new MediaUnavailable(reason));
  }

  private advance(): void {
    for (const [id, request] of this.waiting) {
      if (this.asked.size >= this.limits.inFlight) return;
      this.waiting.delete(id);
      this.asked.set(id, request);
      this.post(request.message);
    }
  }

  private giveUp(id: number): void {
    const waiting = this.waiting.get(id);
    const request = waiting ?? this.asked.get(id);
    if (!request?.settle) return;
    const { settle } = request;
    request.settle = null;
    if (waiting) this.waiting.delete(id);
    else this.overdue += 1;
    settle(new MediaUnavailable('the media process did not answer in time'));
  }
}
