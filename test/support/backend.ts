import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventLog } from './event-log.js';

/** A call as the backend got it. */
export interface BackendCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The body's very text. */
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

/** What it answers: 200 with what it was sent, unless said otherwise; `text` is sent as it is. */
export interface BackendAnswer {
  readonly status?: number;
  readonly body?: object;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Answering = (call: BackendCall) => BackendAnswer | Promise<BackendAnswer>;

/** A customer's web server: it keeps every call, and answers each method as it is told. */
export class TestBackend {
  readonly calls = new EventLog<BackendCall>();
  /** Calls that it has not answered yet, and the most there ever were. */
  open = 0;
  mostOpen = 0;
  private readonly answers = new Map<string, Answering>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param port any free one when it is 0 */
  static async start(port = 0): Promise<TestBackend> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const backend = new TestBackend(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/wcs`);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const method = (request.url ?? '').replace('/wcs/', '');
      const call = { method, text, body: JSON.parse(text), headers: request.headers };
      backend.open += 1;
      backend.mostOpen = Math.max(backend.mostOpen, backend.open);
      backend.calls.push(call);
      const answer = (await backend.answers.get(method)?.(call)) ?? {};
      backend.open -= 1;
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.text ?? JSON.stringify(answer.body ?? call.body));
    });
    return backend;
  }

  /** From now on a method is answered so. */
  answer(method: string, answering: BackendAnswer | Answering): void {
    this.answers.set(method, typeof answering === 'function' ? answering : () => answering);
  }

  /** The first call of a method with these fields, past or future. */
  called(method: string, fields: Readonly<Record<string, unknown>> = {}, ms = 5000): Promise<BackendCall> {
    const matches = (call: BackendCall) =>
      call.method === method && Object.entries(fields).every(([name, value]) => call.body[name] === value);
    return this.calls.waitFor(`${method} ${JSON.stringify(fields)}`, matches, ms);
  }

  /** The methods that were called, in order. */
  get methods(): string[] {
    return this.calls.items.map(({ method }) => method);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
