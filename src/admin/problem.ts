import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** What went wrong, for programs and people (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** A problem that needs no page of its own: its title is that of its status. */
export function problem(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

export function sendProblem(reply: FastifyReply, status: number, detail: string): FastifyReply {
  const text = JSON.stringify(problem(status, detail));
  return reply.code(status).type('application/problem+json').send(text);
}
