import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

export interface DirectRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly url: string;
  readonly payload?: string;
}

/** The connection that all come on. */
const socket = Object.assign(new EventEmitter().setMaxListeners(0), { remoteAddress: '127.0.0.1' });

/** A request that has come whole: what Fastify touches of an `IncomingMessage`. */
class Incoming extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly httpVersionMajor = 1;
  readonly httpVersion = '1.1';
  readonly socket = socket;
  readonly #payload: Buffer;

  constructor({ method, url, payload }: DirectRequest) {
    super();
    this.method = method;
    this.url = url;
    this.#payload = Buffer.from(payload ?? '');
    this.headers = { host: 'localhost', 'content-type': 'application/json' };
    if (payload !== undefined) this.headers['content-length'] = String(this.#payload.length);
  }

  resume(): void {
    if (this.#payload.length > 0) this.emit('data', this.#payload);
    this.emit('end');
  }
}

/** Of a `ServerResponse` the same. */
class Outgoing extends EventEmitter {
  statusCode = 200;
  headersSent = false;
  writableEnded = false;
  readonly destroyed = false;
  readonly #headers = new Map<string, unknown>();

  constructor(private readonly done: (status: number) => void) {
    super();
  }

  setHeader(name: string, value: unknown): void {
    this.#headers.set(name.toLowerCase(), value);
  }
  getHeader(name: string): unknown {
    return this.#headers.get(name.toLowerCase());
  }
  getHeaders(): object {
    return Object.fromEntries(this.#headers);
  }
  hasHeader(name: string): boolean {
    return this.#headers.has(name.toLowerCase());
  }
  removeHeader(name: string): void {
    this.#headers.delete(name.toLowerCase());
  }
  writeHead(status: number): this {
    this.statusCode = status;
    this.headersSent = true;
    return this;
  }
  end(): void {
    this.writableEnded = true;
    this.emit('finish');
    this.done(this.statusCode);
  }
}

/** Asks an application as its HTTP server would, without streams, which take most of an injected request's time. @returns the status */
export function directRequest(app: FastifyInstance, request: DirectRequest): Promise<number> {
  return new Promise((resolve) => {
    const incoming = new Incoming(request) as unknown as IncomingMessage;
    app.routing(incoming, new Outgoing(resolve) as unknown as ServerResponse);
  });
}
