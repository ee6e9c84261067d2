import { WebSocket } from 'ws';

type Fields = Readonly<Record<string, unknown>>;

export interface ApiMessage {
  readonly name: string;
  readonly fields: Fields;
}

export interface ApiClientOptions {
  /** The WebSocket to connect to. */
  readonly url: string;
  /** Whether a certificate that nobody vouches for will do. */
  readonly insecure: boolean;
  /** How long each step may take, s. */
  readonly timeout: number;
}

export interface ConnectionFields {
  readonly appKey: string;
  /** For `custom.token`; '' for none. */
  readonly token: string;
  readonly clientVersion: string;
}

/** Longest message taken from a server, bytes. */
const maxPayload = 256 * 1024;
/** Messages that wait to be asked for, the newest; more than a server says in the time of a step. */
const maxKept = 200;

/** A client of the Raw WebSocket API as plain as can be: says things, and waits for answers. */
export class ApiClient {
  private readonly kept: ApiMessage[] = [];
  private readonly waiting = new Set<() => void>();
  private readonly socket: WebSocket;
  /** Why the connection is over; null while it is not. */
  ended: Error | null = null;

  constructor(private readonly options: ApiClientOptions) {
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

  /**
   * Opens the socket and introduces itself (WCS spec B.1).
   * @throws (rejects) Error that says why there is no connection: the `info` of a server that refuses
   */
  async connect({ appKey, token, clientVersion }: ConnectionFields): Promise<void> {
    this.socket.once('open', () => this.wake());
    await this.until('the server to take the connection', () =>
      this.socket.readyState === WebSocket.OPEN ? true : undefined,
    );
    const custom = token === '' ? {} : { custom: { token } };
    this.send('connection', { appKey, mediaProviders: ['WebRTC'], clientVersion, ...custom });
    const { name, fields } = await this.message(['getUserData', 'fail']);
    if (name === 'fail') throw new Error(`the server refuses the connection: ${infoOf(fields)}`);
  }

  send(message: string, payload: Fields): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ message, data: [payload] }));
  }

  /**
   * The first message, of those that came and those that come, that is one of these names and fits.
   * @param timeout s; `Infinity` waits as long as the connection lives
   * @throws (rejects) Error when it does not come in time, or the connection is over
   */
  message(
    names: readonly string[],
    fits: (fields: Fields) => boolean = () => true,
    timeout = this.options.timeout,
  ): Promise<ApiMessage> {
    const look = () => this.kept.find(({ name, fields }) => names.includes(name) && fits(fields));
    return this.until(`the server to answer with ${names.join(' or ')}`, look, timeout);
  }

  close(): void {
    this.socket.terminate();
  }

  private take(text: string): void {
    const { name, fields } = readMessage(text);
    if (name === 'ping') {
      this.send('pong', {});
      return;
    }
    this.kept.push({ name, fields });
    if (this.kept.length > maxKept) this.kept.shift();
    this.wake();
  }

  private end(error: Error): void {
    this.ended ??= error;
    this.wake();
  }

  private wake(): void {
    for (const check of this.waiting) check();
  }

  private until<T>(
    what: string,
    look: () => T | undefined,
    timeout: number = this.options.timeout,
  ): Promise<T> {
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
      const giveUp = () => {
        done();
        reject(new Error(`waited ${timeout} s in vain for ${what}`));
      };
      const timer = timeout === Number.POSITIVE_INFINITY ? undefined : setTimeout(giveUp, timeout * 1000);
      this.waiting.add(check);
      check();
    });
  }
}

/** The reason that a message of a server gives. */
export function infoOf({ info }: Fields): string {
  return typeof info === 'string' && info !== '' ? info : 'it gives no reason';
}

/** What a server says, whatever it is; what is no message has no name. */
function readMessage(text: string): ApiMessage {
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
