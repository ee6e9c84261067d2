import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Dice } from './dice.js';
import { type Missile, missile, type Targets } from './frames.js';

/** Bytes in our own send queue at which we wait. */
const enough = 256 * 1024;

/** A client that throws messages at a server, comes back when it is closed for one, and notes what is not as it must be. */
export class Attacker {
  readonly faults: string[] = [];
  thrown = 0;
  /** Messages of the server, over all its connections. */
  heard = 0;
  private readonly dice: Dice;
  private socket: WebSocket | null = null;
  private token: string | undefined;
  /** Close codes that are due; none: the socket must stay open. */
  private due: readonly number[] = [];
  private last: Missile | null = null;

  constructor(
    private readonly url: string,
    seed: number,
    private readonly targets: Targets,
    private readonly between: () => void,
  ) {
    this.dice = new Dice(seed);
  }

  async attack(count: number): Promise<void> {
    while (this.thrown < count) {
      const socket = this.socket ?? (await this.connect());
      this.throwOne(socket);
      this.between();
      if (this.due.length > 0) {
        // What comes behind must not matter any more.
        for (let more = this.dice.below(4); more > 0; more -= 1) this.send(socket, this.nextMissile());
        await this.untilClosed(socket);
      } else if (this.dice.oneIn(400)) await this.leave(socket);
      else if (socket.bufferedAmount > enough || this.dice.oneIn(20)) await breath();
    }
    if (this.socket) await this.leave(this.socket);
  }

  private async connect(): Promise<WebSocket> {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.due = [];
    socket.on('error', () => {});
    socket.on('message', (data) => this.hear(data.toString()));
    socket.on('close', (code) => this.closed(code));
    await once(socket, 'open');
    if (this.dice.oneIn(30)) {
      // Without a session nothing else is let in.
      this.due = [1008];
      socket.send('{"message":"playStream","data":[{}]}');
      await this.untilClosed(socket);
      return this.connect();
    }
    socket.send(JSON.stringify({ message: 'connection', data: [this.introduction()] }));
    return socket;
  }

  /** Of either application, to be kept or not, with its last token or one that is none. */
  private introduction(): object {
    return {
      mediaProviders: this.dice.pick([['WebRTC'], ['WebRTC', 'MSE']]),
      appKey: this.dice.pick(['defaultApp', 'roomApp']),
      custom: { login: `login${this.dice.below(6)}` },
      keepAlive: this.dice.oneIn(3),
      authToken: this.dice.pick([undefined, this.token, 'x']),
    };
  }

  private throwOne(socket: WebSocket): void {
    const next = this.nextMissile();
    if (next.closes !== null) this.due = [next.closes];
    this.last = next;
    this.send(socket, next);
  }

  private nextMissile(): Missile {
    this.thrown += 1;
    return missile(this.dice, this.targets);
  }

  private send(socket: WebSocket, { data, binary }: Missile): void {
    socket.send(data, { binary });
  }

  private async leave(socket: WebSocket): Promise<void> {
    this.due = [1000, 1005, 1006];
    if (this.dice.oneIn(2)) socket.close();
    else socket.terminate();
    await this.untilClosed(socket);
  }

  private async untilClosed(socket: WebSocket): Promise<void> {
    if (socket.readyState !== socket.CLOSED) await once(socket, 'close');
    this.socket = null;
  }

  private closed(code: number): void {
    if (this.due.includes(code)) return;
    this.socket = null;
    const thrown = this.last?.data.toString().slice(0, 500);
    this.faults.push(`closed with ${code} instead of ${this.due.join(' or ') || 'staying'} after ${thrown}`);
  }

  /** The SDK throws at a message without a list of arguments (WCS spec 0.1 item 1). */
  private hear(text: string): void {
    this.heard += 1;
    const { message, data } = JSON.parse(text) as { message?: unknown; data?: unknown };
    if (typeof message !== 'string' || !Array.isArray(data))
      this.faults.push(`no message: ${text.slice(0, 500)}`);
  }
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
