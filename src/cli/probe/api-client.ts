import { WebSocket } from 'ws';
import type { ProbeArguments } from './arguments.js';

type Fields = Readonly<Record<string, unknown>>;

interface Message {
  readonly name: string;
  readonly fields: Fields;
}

/** Longest message taken from a server, bytes. */
const maxPayload = 256 * 1024;
/** More than a server says in the time of a probe. */
const maxKept = 1000;

/** A client of the Raw WebSocket API as plain as can be: says things, and waits for answers. */
export class ApiClient {
  private readonly kept: Message[] = [];
  private readonly waiting = new Set<() => void>();
  private ended: Error | null = null;
  private readonly socket: WebSocket;

  constructor(private readonly options: Pick<ProbeArguments, 'url' | 'insecure' | 'timeout'>) {
    const { url, insecure, timeout } = options;
    this.socket = new WebSocket(url, {
      maxPayload,
      handshakeTimeout: timeout * 1000,
      rejectUnauthorized: !insecure,
    });
    this.socket.on('message', (data, isBinary) => {
      if (!isBinary) this.take(data.toString());
    });
    this.socket.on('error', (error) => this.end(error));
    this.socket.on('close', (code, reason) => {
      this.end(new Error(`the server closed the connection with ${code} ${reason.toString()}`.trim()));
    });
  }

  /** Resolves once the socket is open. */
  async open(): Promise<void> {
    this.socket.once('open', () => this.wake());
    await this.until('the server to take the connection', () =>
      this.socket.readyState === WebSocket.OPEN ? true : undefined,
    );
  }

  send(message: string, payload: Fields): void {
    this.socket.send(JSON.stringify({ message, data: [payload] }));
  }

  /** The first message, of those that came and those that come, that is one of these names and fits. */
  message(names: readonly string[], fits: (fields: Fields) => boolean = () => true): Promise<Message> {
    return this.until(`the server to answer with ${names.join(' or ')}`, () =>
      this.kept.find(({ name, fields }) => names.includes(name) && fits(fields)),
    );
  }

  close(): void {
    this.socket.terminate();
  }

  private take(text: string): void {
    const { name, fields } = readMessage(text);
    if (name === 'ping') this.send('pong', {});
    if (this.kept.length < maxKept) this.kept.push({ name, fields });
    this.wake();
  }

  private end(error: Error): void {
    this.ended ??= error;
    this.wake();
  }

  private wake(): void {
    for (const check of this.waiting) check();
  }

  private until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(check);
      };
      const check = () => {
        const found = look();
        if (found === undefined && this.ended === null) return;
        done();
        if (found === undefined) reject(this.ended);
        else resolve(found);
      };
      const { timeout } = this.options;
      const timer = setTimeout(() => {
        done();
        reject(new Error(`waited ${timeout} s in vain for ${what}`));
      }, timeout * 1000);
      this.waiting.add(check);
      check();
    });
  }
}

/** What a server says, whatever it is; what is no message has no name. */
function readMessage(text: string): Message {
  try {
    const { message, data } = Object(JSON.parse(text)) as { message?: unknown; data?: unknown };
    const [first, second] = Array.isArray(data) ? data : [];
    // The one message with its values one after the other (WCS spec C.4).
    const fields = message === 'setRemoteSDP' ? { mediaSessionId: first, sdp: second } : Object(first);
    return { name: String(message), fields: fields as Fields };
  } catch {
    return { name: '', fields: {} };
  }
}
