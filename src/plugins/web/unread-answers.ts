import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/**
 * Closes what is being answered with when its connection closes. Node tells only the first of several responses that wait on
 * one connection (pipelining): the files of the others would stay open for ever.
 */
export function closeUnreadAnswers(app: FastifyInstance): void {
  const answers = new WeakMap<Socket, Set<Readable>>();
  app.addHook('onSend', async ({ raw: { socket } }, _reply, payload) => {
    if (!(payload instanceof Readable)) return payload;
    if (socket.destroyed) payload.destroy();
    let open = answers.get(socket);
    if (!open) {
      const all = new Set<Readable>();
      socket.once('close', () => {
        for (const answer of all) answer.destroy();
      });
      answers.set(socket, all);
      open = all;
    }
    const known = open.add(payload);
    payload.once('close', () => known.delete(payload));
    return payload;
  });
}
