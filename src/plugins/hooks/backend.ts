import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import type { Config } from '../../config/index.js';
import { type Logger, RateLimit, reasonOf } from '../../kit/index.js';
import type { JsonObject } from '../../wire/index.js';
import { Breaker } from './breaker.js';
import { Turns } from './turns.js';

export type HookSettings = Config['hooks'];
export type Application = HookSettings['applications'][string];
export type HookMethod = Application['methods'][number];

/** What came of a call: 200, with the object that the backend sent, if it did; or an error (WCS spec G.3). */
export type Answer =
  | { readonly ok: true; readonly body: JsonObject }
  | {
      readonly ok: false;
      /** Of HTTP; null when there was no answer. */
      readonly status: number | null;
      /** For the log. */
      readonly reason: string;
      /** What the backend wants the client to be told. */
      readonly info?: string | undefined;
    };

/** How one backend does now. */
export interface BackendStatistics {
  readonly appKey: string;
  /** Calls that wait for their turn. */
  readonly queued: number;
  readonly down: boolean;
}

/** A call that is over. */
export interface HookCall {
  readonly method: string;
  /**
   * `accepted`: 200; `refused`: another status below 500; `failed`: one from 500 on, or no answer that could be read;
   * `timeout`: no answer in time; `skipped`: not made, since the backend is down or too much waits.
   */
  readonly outcome: 'accepted' | 'refused' | 'failed' | 'timeout' | 'skipped';
  /** Since it was to be made. */
  readonly seconds: number;
}

type Outcome = HookCall['outcome'];

interface Result {
  readonly answer: Answer;
  readonly outcome: Outcome;
}

/** Warnings about one backend in a period of so many ms. */
const warnings = 10;
const warningPeriod = 10_000;
const tooLate = 'its turn did not come in time';
/** Statuses of a proxy whose backend is not there. */
const absent = new Set([502, 503, 504]);
const longestInfo = 256;

/** The web server of one application: bounded calls, none while it is down. */
export class Backend {
  private readonly pool: Pool;
  private readonly path: string;
  private readonly turns: Turns;
  private readonly breaker: Breaker;
  private readonly told = new RateLimit(warnings, warningPeriod);

  /**
   * @param application with a URL
   * @param onCall hears of each call that is over
   */
  constructor(
    private readonly appKey: string,
    private readonly application: Application,
    private readonly settings: HookSettings,
    private readonly log: Logger,
    private readonly onCall: (call: HookCall) => void,
  ) {
    const { origin, pathname } = new URL(application.url);
    this.path = pathname === '/' ? '' : pathname;
    const { maxConcurrent, timeout } = settings;
    this.pool = new Pool(origin, {
      connections: maxConcurrent,
      pipelining: 1,
      connectTimeout: timeout,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    this.turns = new Turns(maxConcurrent, settings.maxQueue);
    this.breaker = new Breaker(settings.breakerFailures, settings.breakerPause);
  }

  /**
   * Posts to a method. Never rejects.
   * @param deadline ms of `performance.now()`, by when the answer is there
   */
  async call(method: string, body: object, deadline: number): Promise<Answer> {
    const began = performance.now();
    if (began >= deadline) return this.refuse(method, tooLate);
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), Math.max(0, deadline - began));
    const { answer, outcome } = await this.tryCall(method, body, aborter.signal);
    clearTimeout(timer);
    this.onCall({ method, outcome, seconds: (performance.now() - began) / 1000 });
    if (!answer.ok) this.failed(method, answer.status, answer.reason);
    return answer;
  }

  /** A call that is not even made. */
  refuse(method: string, reason: string): Answer {
    this.onCall({ method, outcome: 'skipped', seconds: 0 });
    this.failed(method, null, reason);
    return failure(reason);
  }

  get statistics(): BackendStatistics {
    const down = this.breaker.isOpen(performance.now());
    return { appKey: this.appKey, queued: this.turns.queued, down };
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async tryCall(method: string, body: object, signal: AbortSignal): Promise<Result> {
    const down = skipped('the backend is down, it is not called');
    if (this.breaker.isOpen(performance.now())) return down;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (!(await this.turns.enter(aborted))) return skipped(signal.aborted ? tooLate : 'too many calls wait');
    try {
      if (signal.aborted) return skipped(tooLate);
      if (!this.breaker.enter(performance.now())) return down;
      const { answered, ...result } = await this.post(method, body, signal);
      if (this.breaker.leave(answered, performance.now())) this.changed(answered);
      return result;
    } finally {
      this.turns.leave();
    }
  }

  /** @returns the answer, and whether the backend is there: no client's request must make it look as if it were not */
  private async post(
    method: string,
    body: object,
    signal: AbortSignal,
  ): Promise<Result & { readonly answered: boolean }> {
    let answered = false;
    try {
      const text = JSON.stringify(body);
      const response = await this.pool.request({
        path: `${this.path}/${method}`,
        method: 'POST',
        headers: this.headers(text),
        body: text,
        signal,
      });
      const { statusCode: status } = response;
      answered = !absent.has(status);
      const object = objectOf(await this.read(response.body));
      const answer: Answer =
        status === 200
          ? { ok: true, body: object ?? {} }
          : { ok: false, status, reason: `it answered ${status}`, info: infoOf(object) };
      return { answer, outcome: status === 200 ? 'accepted' : status < 500 ? 'refused' : 'failed', answered };
    } catch (error) {
      if (signal.aborted)
        return { answer: failure('it did not answer in time'), outcome: 'timeout', answered };
      return { answer: failure(reasonOf(error)), outcome: 'failed', answered };
    }
  }

  private headers(body: string): Record<string, string> {
    const { username, password = '', secret } = this.application;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      accept: 'application/json',
    };
    if (secret !== undefined) {
      headers.authorization = `WCS ${createHmac('md5', secret).update(body).digest('hex')}`;
      headers['x-sluice-signature'] = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    }
    // There is one such header: with both, the other signature remains.
    if (username !== undefined)
      headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    return headers;
  }

  /** @throws (rejects) Error when it is too large */
  private async read(body: AsyncIterable<Buffer>): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > this.settings.maxResponseSize) throw new Error('its answer is too large');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
  }

  private failed(method: string, status: number | null, reason: string): void {
    if (!this.told.allow(performance.now())) return;
    const untold = this.told.takeRefused();
    const more = untold === 0 ? {} : { untold };
    this.log.warn({ appKey: this.appKey, method, status, reason, ...more }, 'hook failed');
  }

  private changed(isUp: boolean): void {
    const { appKey } = this;
    if (isUp) this.log.info({ appKey }, 'backend is up again');
    else this.log.error({ appKey, pause: this.settings.breakerPause }, 'backend is down, hooks fail at once');
  }
}

function failure(reason: string): Answer {
  return { ok: false, status: null, reason };
}

function skipped(reason: string): Result {
  return { answer: failure(reason), outcome: 'skipped' };
}

/** An answer that is no JSON object says nothing. */
function objectOf(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

function infoOf(body: JsonObject | null): string | undefined {
  const info = body?.info;
  if (typeof info !== 'string' || info === '') return undefined;
  return info.replace(/\p{Cc}+/gu, ' ').slice(0, longestInfo);
}
