import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Logger, RateLimit } from '../kit/index.js';
import type { Caller } from './credentials.js';

/** What a request is about, beside its path: ids and names, never secrets. */
export type AuditNote = Readonly<Record<string, string | number | boolean | undefined>>;

const longest = 200;
const refusalsPerMinute = 60;

/** One line in the log for each request that changes something, and for those refused (these within bounds). */
export class Audit {
  private readonly notes = new WeakMap<FastifyRequest, AuditNote>();
  private readonly callers = new WeakMap<FastifyRequest, Caller>();
  private readonly refusals = new RateLimit(refusalsPerMinute, 60_000);

  constructor(
    private readonly log: Logger,
    private readonly clock: () => number,
  ) {}

  /** Who asks. */
  admit(request: FastifyRequest, caller: Caller): void {
    this.callers.set(request, caller);
  }

  caller(request: FastifyRequest): Caller | null {
    return this.callers.get(request) ?? null;
  }

  /** Has the line about this request say more. */
  note(request: FastifyRequest, note: AuditNote): void {
    this.notes.set(request, { ...this.notes.get(request), ...note });
  }

  done(request: FastifyRequest, reply: FastifyReply, address: string): void {
    const who = this.callers.get(request)?.name;
    if (who === undefined) return;
    const about: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this.notes.get(request) ?? {})) {
      about[name] = typeof value === 'string' ? value.slice(0, longest) : value;
    }
    const { method } = request;
    this.log.info(
      { audit: { who, address, method, path: pathOf(request), status: reply.statusCode, ...about } },
      'administration',
    );
  }

  refused(request: Pick<IncomingMessage, 'method' | 'url'>, address: string, status: number): void {
    if (!this.refusals.allow(this.clock())) return;
    const notLogged = this.refusals.takeRefused();
    const { method } = request;
    this.log.warn(
      {
        audit: { address, method, path: pathOf(request), status },
        ...(notLogged === 0 ? {} : { notLogged }),
      },
      'administration refused',
    );
  }
}

/** The query is left out: somebody may have put a secret there. */
function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  return url.replace(/\?.*$/s, '').slice(0, longest);
}
