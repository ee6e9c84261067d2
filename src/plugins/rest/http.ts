import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../../admin/index.js';
import type { Logger } from '../../kit/index.js';

/** Largest body taken, bytes: a list of a thousand ids fits. */
const bodyLimit = 64 * 1024;

/** Takes JSON and nothing else; an empty body counts as none. */
export function readJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string', bodyLimit },
    async (_request: unknown, text: string) => {
      if (text.trim() === '') return undefined;
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw Object.assign(new Error('The body is not valid JSON.'), { statusCode: 400 });
      }
    },
  );
}

/** Answers what went wrong as problems (RFC 9457); what nobody foresaw says nothing of itself outside the log. */
export function answerProblems(scope: FastifyInstance, log: Logger): void {
  scope.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (error.statusCode !== undefined) return sendProblem(reply, status, error.message);
    log.error({ err: error, method: request.method, url: request.url }, 'administrative request failed');
    return sendProblem(reply, status, 'Internal error.');
  });
}
