import { createSocket, type Socket } from 'node:dgram';
import { setImmediate } from 'node:timers/promises';

/** Datagrams in a row before others get their turn. */
const BURST = 32;
/** STUN binding request without attributes: cheap to send, not to read. */
const REQUEST = Buffer.from('000100002112a442000000000000000000000000', 'hex');

/** Sends a local port as many datagrams as it can, until it is stopped or its time is over. */
export class Flood {
  readonly #socket: Socket = createSocket('udp4');
  readonly #over: Promise<void>;
  #sent = 0;
  #running = true;

  constructor(port: number, ms: number) {
    this.#over = this.#run(port, performance.now() + ms);
  }

  /** Datagrams. */
  get sent(): number {
    return this.#sent;
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#over;
  }

  async #run(port: number, deadline: number): Promise<void> {
    while (this.#running && performance.now() < deadline) {
      for (let count = 0; count < BURST; count++) this.#socket.send(REQUEST, port, '127.0.0.1');
      this.#sent += BURST;
      await setImmediate();
    }
    this.#socket.close();
  }
}
