import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../kit/index.js';
import { Audit, type AuditNote } from './audit.js';
import { ClientAddresses, networkOf } from './client-address.js';
import { type Caller, Credentials } from './credentials.js';
import { FailureLimit } from './failure-limit.js';
import { Origins } from './origins.js';
import { sendProblem } from './problem.js';
import { type AdminSettings, type Role, suffices } from './settings.js';
import { socketAuthorization } from './socket-credentials.js';

/** Whether a request may go on, and as whom; if not, what to answer. */
export type Decision =
  | { readonly admitted: true; readonly caller: Caller }
  | {
      readonly admitted: false;
      readonly status: 401 | 403 | 429 | 503;
      readonly detail: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Protection {
  /** The paths below this one answer preflight requests; the scope must have nothing else for OPTIONS there. */
  readonly preflight?: string;
  /** What a request needs; by default GET and HEAD need a viewer, everything else an operator. */
  roleFor?(request: FastifyRequest): Role;
}

const local: Caller = { name: 'local', role: 'operator' };
const howTo =
  'Set admin.tokens or admin.users to administer Sluice from elsewhere; see docs/administration.md.';

const mostFailures = 10;
const failurePeriod = 60_000;
const failureTable = 4096;

/**
 * Decides who may administer the server. Without tokens and users that is this machine alone, under a name of its own;
 * with them whoever has one, this machine too. Pages of other origins only where they are allowed.
 */
export class AdminGuard {
  private readonly credentials: Credentials;
  private readonly addresses: ClientAddresses;
  private readonly origins: Origins;
  private readonly failures = new FailureLimit(mostFailures, failurePeriod, failureTable);
  private readonly audit: Audit;

  /** @param clock ms, does not go back */
  constructor(
    settings: AdminSettings,
    log: Logger,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.credentials = new Credentials(settings);
    this.addresses = new ClientAddresses(settings.trustedProxies);
    this.origins = new Origins(settings.allowedOrigins, settings.allowedHosts);
    this.audit = new Audit(log, clock);
  }

  /** Makes everything that is registered in a scope of its own administrative: call it before adding routes. */
  protect(scope: FastifyInstance, { preflight, roleFor = roleOfMethod }: Protection = {}): void {
    scope.addHook('onRequest', async (request, reply) => {
      if (!(await this.admit(request, reply, roleFor(request)))) return reply;
    });
    scope.addHook('onResponse', async (request, reply) => {
      if (roleFor(request) === 'operator') this.audit.done(request, reply, this.addresses.of(request.raw));
    });
    if (preflight !== undefined) scope.options(`${preflight}/*`, (_request, reply) => reply.code(204).send());
  }

  /**
   * Admits one request, or answers it.
   * @returns false when it has been answered
   */
  async admit(request: FastifyRequest, reply: FastifyReply, needed: Role): Promise<boolean> {
    const origin = this.origins.allowedOrigin(request.headers);
    reply.header('vary', 'Origin');
    if (origin !== null) {
      reply.header('access-control-allow-origin', origin);
      reply.header('access-control-expose-headers', 'Link, Location, Retry-After');
    }
    if (request.method === 'OPTIONS') {
      answerPreflight(request, reply, origin !== null);
      return false;
    }
    const decision = await this.decide(request.raw, needed);
    if (decision.admitted) {
      this.audit.admit(request, decision.caller);
      return true;
    }
    this.audit.refused(request, this.addresses.of(request.raw), decision.status);
    reply.headers(decision.headers);
    sendProblem(reply, decision.status, decision.detail);
    return false;
  }

  /** The same for an upgrade to a WebSocket, without an answer: its credentials may come in a subprotocol. */
  async decideUpgrade(request: IncomingMessage, needed: Role): Promise<Decision> {
    const decision = await this.decide(request, needed, socketAuthorization(request));
    if (!decision.admitted) this.audit.refused(request, this.addresses.of(request), decision.status);
    return decision;
  }

  /** The same without an answer, and without a line in the log: for who may go on as nobody, too. */
  async decide(
    request: IncomingMessage,
    needed: Role,
    authorization = request.headers.authorization,
  ): Promise<Decision> {
    if (this.origins.isForeign(request)) {
      return refuse(403, 'Pages of this origin may not administer Sluice; see admin.allowedOrigins.');
    }
    if (this.credentials.none) return this.decideLocal(request);

    const network = networkOf(this.addresses.of(request));
    const wait = this.failures.wait(network, this.clock());
    if (wait > 0) {
      const headers = { 'retry-after': String(Math.ceil(wait / 1000)) };
      return refuse(429, 'Too many failed attempts from this address.', headers);
    }
    if (authorization === undefined) return refuse(401, 'Credentials are needed.', challenge(request));
    const caller = await this.credentials.identify(authorization);
    if (caller === 'busy') return refuse(503, 'Too many log in at once.', { 'retry-after': '1' });
    if (caller === 'unknown') {
      this.failures.fail(network, this.clock());
      return refuse(401, 'These credentials are not valid.', challenge(request));
    }
    if (suffices(caller.role, needed)) return { admitted: true, caller };
    return refuse(403, `This needs the role ${needed}; ${caller.name} is ${caller.role}.`);
  }

  /** The address that a request comes from, as far as proxies are trusted. */
  addressOf(request: IncomingMessage): string {
    return this.addresses.of(request);
  }

  /** Who asks, once admitted. */
  caller(request: FastifyRequest): Caller | null {
    return this.audit.caller(request);
  }

  /** Has the audit log say what a request is about. */
  note(request: FastifyRequest, note: AuditNote): void {
    this.audit.note(request, note);
  }

  private decideLocal(request: IncomingMessage): Decision {
    if (!this.addresses.isLocal(request)) {
      return refuse(403, `Only the machine that Sluice runs on may ask without credentials. ${howTo}`);
    }
    if (!this.origins.isOwnHost(request.headers.host)) {
      return refuse(403, 'The Host header is no address, not localhost, and not in admin.allowedHosts.');
    }
    return { admitted: true, caller: local };
  }
}

function roleOfMethod({ method }: FastifyRequest): Role {
  return method === 'GET' || method === 'HEAD' ? 'viewer' : 'operator';
}

function refuse(
  status: 401 | 403 | 429 | 503,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Decision {
  return { admitted: false, status, detail, headers };
}

/** Scripts of pages are not offered Basic: the browser would put its own dialog before the page. */
function challenge({ headers }: IncomingMessage): Record<string, string> {
  const mode = headers['sec-fetch-mode'];
  const bearer = 'Bearer realm="Sluice"';
  const isScript = mode !== undefined && mode !== 'navigate';
  return { 'www-authenticate': isScript ? bearer : `${bearer}, Basic realm="Sluice", charset="UTF-8"` };
}

/** CORS preflight and that of Private Network Access: neither carries credentials. */
function answerPreflight(request: FastifyRequest, reply: FastifyReply, isAllowed: boolean): void {
  if (!isAllowed) {
    sendProblem(reply, 403, 'Pages of this origin may not administer Sluice; see admin.allowedOrigins.');
    return;
  }
  reply.headers({
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'Authorization, Content-Type, Prefer',
    'access-control-max-age': '600',
  });
  if (request.headers['access-control-request-private-network'] === 'true') {
    reply.header('access-control-allow-private-network', 'true');
  }
  reply.code(204).send();
}
