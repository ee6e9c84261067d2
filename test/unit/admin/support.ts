import { type FastifyInstance, fastify, type InjectOptions } from 'fastify';
import { onTestFinished } from 'vitest';
import { AdminGuard, type AdminSettings } from '../../../src/admin/index.js';
import { keptLog } from '../plugins/support/plugin-client.js';

export const nobody: AdminSettings = {
  tokens: [],
  users: [],
  allowedOrigins: [],
  allowedHosts: [],
  trustedProxies: [],
};

export const operatorToken = 'operator-token-0123456789';
export const viewerToken = 'viewer-token-0123456789';
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const basic = (name: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
});

/** A server with one thing to look at and one to change below `/admin`. */
export async function guarded(settings: Partial<AdminSettings> = {}) {
  const { log, lines, raw } = keptLog();
  const time = { now: 0 };
  const guard = new AdminGuard({ ...nobody, ...settings }, log, () => time.now);
  const app: FastifyInstance = fastify();
  await app.register(async (scope) => {
    guard.protect(scope, { preflight: '/admin' });
    scope.get('/admin/thing', async (request) => ({ who: guard.caller(request)?.name }));
    scope.post('/admin/thing', async (request, reply) => {
      guard.note(request, { thing: 'x'.repeat(1000), count: 2 });
      return reply.code(201).send({ who: guard.caller(request)?.name });
    });
  });
  app.get('/open', async () => 'open');
  onTestFinished(() => app.close());
  const ask = (options: Omit<InjectOptions, 'url'> & { url?: string } = {}) =>
    app.inject({ url: '/admin/thing', ...options });
  const status = async (...args: Parameters<typeof ask>) => (await ask(...args)).statusCode;
  return { app, guard, ask, status, lines, raw, time };
}
