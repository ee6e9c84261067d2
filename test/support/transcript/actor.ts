import { randomUUID } from 'node:crypto';
import { within } from '../event-log.js';
import { type Closing, type ServerMessage, WcsClient } from '../wcs-client.js';

/** How long a message or a closing may take to come, ms. */
const patience = 2000;

/** A client of a transcript: takes what it gets strictly in order. */
export class Actor {
  private taken = 0;
  /** Its last token, from `getUserData`. */
  token: string | null = null;
  closing: Closing | null = null;
  /** The offers it has sent, by media session id. */
  readonly offers = new Map<string, string>();

  private constructor(
    readonly name: string,
    private readonly client: WcsClient,
  ) {
    client.ignorePings();
    void client.closed.then((closing) => {
      this.closing = closing;
    });
  }

  static async open(name: string, url: string): Promise<Actor> {
    return new Actor(name, await WcsClient.open(url));
  }

  get established(): boolean {
    return this.token !== null && this.closing === null;
  }

  send(frame: string | Uint8Array): void {
    this.client.socket.send(frame);
  }

  /** The next message nobody has taken yet. */
  async next(): Promise<ServerMessage> {
    const { messages } = this.client;
    if (messages.items.length <= this.taken) {
      await messages.waitFor(`${this.name} gets nothing`, () => true, patience, this.taken);
    }
    const message = messages.items[this.taken++] as ServerMessage;
    if (message.message === 'getUserData') this.token = String(message.first.authToken);
    return message;
  }

  /** What has come and nobody has taken. */
  get left(): readonly ServerMessage[] {
    return this.client.messages.items.slice(this.taken);
  }

  /**
   * Asks the server something and waits for the answer, which nobody else gets to see: what the server had to say before
   * has come by then. Twice, because a request may take a turn longer than the question behind it.
   */
  async roundTrip(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      const id = `round trip ${randomUUID()}`;
      const data = [{ mediaSessionId: id, name: 'nobody' }];
      this.send(JSON.stringify({ message: 'availableStream', data }));
      const { messages } = this.client;
      const isAnswer = ({ message, first }: ServerMessage) =>
        message === 'availableStream' && first.id === id;
      const answer = await messages.waitFor('the answer to availableStream', isAnswer, patience, this.taken);
      messages.items.splice(messages.items.indexOf(answer), 1);
    }
  }

  /** Waits until the server closes the socket. */
  closed(): Promise<Closing> {
    return within(this.client.closed, patience, () => `${this.name} is not closed`);
  }

  /** Closes the socket with a handshake, or without one. */
  async leave(how: 'closes' | 'vanishes'): Promise<void> {
    if (how === 'closes') this.client.socket.close(1000);
    else this.client.socket.terminate();
    await this.client.closed;
  }
}
