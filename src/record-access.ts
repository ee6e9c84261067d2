/** Part of the composition root: who gets a recording over HTTP. */
import type { FastifyRequest } from 'fastify';
import type { AdminGuard } from './admin/index.js';
import type { Admission } from './admission.js';
import type { Config } from './config/index.js';
import type { RecordDownloads } from './plugins/recording/index.js';
import type { Downloads } from './plugins/web/index.js';

/** What is given to a bearer that is signed by somebody: no token of an administrator, and no attempt to guess one. */
const signedBearer = /^bearer +[\w-]+\.[\w-]+\.[\w-]+ *$/i;

/** Whoever has a ticket, who may play the stream of a recording, and who administers the server. */
export function recordAccess(
  serve: Config['recording']['serve'],
  downloads: RecordDownloads,
  { access, open }: Pick<Admission, 'access' | 'open'>,
  guard: AdminGuard,
): Downloads {
  const forAll = serve === 'open' || (serve === 'access' && open);
  if (forAll) return downloads;

  const mayPlay = async (request: FastifyRequest, name: string): Promise<boolean> => {
    if (serve !== 'access' || !access) return false;
    const streamName = await downloads.streamOf(name);
    if (streamName === null) return false;
    const token = textOf(request.query, 'token') ?? bearerOf(request);
    return access.mayPlay(token, guard.addressOf(request.raw), streamName);
  };

  return {
    ...downloads,
    admit: async (request, name) => {
      const ticket = textOf(request.query, 'ticket');
      if (ticket !== null && downloads.isTicket(name, ticket)) return null;
      if (await mayPlay(request, name)) return null;
      if (signedBearer.test(request.headers.authorization ?? '')) return { status: 403, detail };
      const decision = await guard.decide(request.raw, 'viewer');
      return decision.admitted ? null : { status: decision.status, detail, headers: decision.headers };
    },
  };
}

const detail =
  'A recording is for who may play its stream, and for who administers the server; see docs/recording.md.';

function bearerOf({ headers }: FastifyRequest): string | null {
  return /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

function textOf(query: unknown, name: string): string | null {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '' ? value : null;
}
