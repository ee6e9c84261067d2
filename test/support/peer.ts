import { fileURLToPath } from 'node:url';
import { EventLog } from './event-log.js';
import { Program } from './program.js';

const PEER = fileURLToPath(new URL('./peers/peer.mjs', import.meta.url));

/** What a peer offers: codec names and payload types by kind; a publisher sends the first of each. */
export interface PeerMedia {
  readonly audio?: readonly (readonly ['opus', number])[];
  readonly video?: readonly (readonly ['VP8' | 'H264', number])[];
}

/** A packet as its publisher made it; `payload` names the bytes of the payload. */
export interface SentPacket {
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: string;
}

/** A packet as its viewer got it. */
export interface ReceivedPacket extends SentPacket {
  readonly payloadType: number;
  readonly sequenceNumber: number;
  readonly ssrc: number;
}

/** All that one media session of a peer has sent and received; `rtcp` counts by type, feedback as type/format. */
export interface PeerReport {
  readonly state: string;
  readonly sent: { readonly audio?: readonly SentPacket[]; readonly video?: readonly SentPacket[] };
  readonly received: { readonly audio: readonly ReceivedPacket[]; readonly video: readonly ReceivedPacket[] };
  readonly rtcp: Readonly<Record<string, number>>;
  readonly srtpProfiles: readonly string[];
}

/** An event of the peer's process: a message of the server, a state of its connection, media that arrived. */
export interface PeerEvent {
  readonly id?: number;
  readonly event?: 'message' | 'state' | 'media' | 'rtcp' | 'closed';
  readonly mediaSessionId?: string;
  readonly message?: string;
  readonly data?: readonly unknown[];
  readonly state?: string;
  readonly kind?: 'audio' | 'video';
  readonly packets?: number;
  readonly rtcp?: string;
  readonly code?: number;
  readonly result?: unknown;
  readonly error?: string;
  /** When the test heard of it, by performance.now(). */
  readonly at: number;
}

/** The first argument of a status event. */
export interface StatusEvent {
  readonly status: string;
  readonly info?: string;
  readonly at: number;
}

/** An independent client: one WebSocket session, libdatachannel as its WebRTC, in a process of its own. */
export class Peer {
  readonly events = new EventLog<PeerEvent>();
  readonly #program = new Program(process.execPath, [PEER]);
  #calls = 0;

  private constructor() {
    this.#program.output.tap((line) => {
      if (line.stream !== 'stdout') return;
      this.events.push({ ...(JSON.parse(line.text) as Omit<PeerEvent, 'at'>), at: performance.now() });
    });
    this.#program.exited.then(
      ({ code, signal }) =>
        this.events.end(new Error(`the peer ended with ${signal ?? code}: ${this.#program.text('stderr')}`)),
      (error: Error) => this.events.end(error),
    );
  }

  /** Starts a peer and its session. */
  static async connect(wsUrl: string): Promise<Peer> {
    const peer = new Peer();
    try {
      await peer.#call('connect', { url: wsUrl });
      await peer.message('getUserData');
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  async #call<T>(method: string, params: object): Promise<T> {
    const id = ++this.#calls;
    this.#program.writeLine(JSON.stringify({ id, method, params }));
    const answer = await this.events.waitFor(`answer to ${method}`, (event) => event.id === id, 10_000);
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error}`);
    return answer.result as T;
  }

  /** Sends publishStream; returns the media session's id. */
  async publish(name: string, media: PeerMedia): Promise<string> {
    return (await this.#call<{ mediaSessionId: string }>('publish', { name, media })).mediaSessionId;
  }

  /** Sends playStream; returns the media session's id. */
  async play(name: string, media: PeerMedia): Promise<string> {
    return (await this.#call<{ mediaSessionId: string }>('play', { name, media })).mediaSessionId;
  }

  unpublish(name: string, mediaSessionId: string): Promise<void> {
    return this.#call('unpublish', { name, mediaSessionId });
  }

  stop(name: string, mediaSessionId: string): Promise<void> {
    return this.#call('stop', { name, mediaSessionId });
  }

  /** Closes the media connection and says nothing over the WebSocket. */
  vanish(mediaSessionId: string): Promise<void> {
    return this.#call('vanish', { mediaSessionId });
  }

  /** Sends a PLI for the video of a media session that plays. */
  askForKeyFrame(mediaSessionId: string): Promise<void> {
    return this.#call('askForKeyFrame', { mediaSessionId });
  }

  /** Waits for RTCP of this name (see PeerReport) after the event with index `from`. */
  async rtcp(mediaSessionId: string, name: string, from = 0, ms = 10_000): Promise<void> {
    const matches = (event: PeerEvent) => event.mediaSessionId === mediaSessionId && event.rtcp === name;
    await this.events.waitFor(`RTCP ${name}`, matches, ms, from);
  }

  report(mediaSessionId: string): Promise<PeerReport> {
    return this.#call('report', { mediaSessionId });
  }

  /** The first message of this name, of any media session or of the one that is given. */
  message(name: string, mediaSessionId?: string, ms = 10_000): Promise<PeerEvent> {
    const matches = (event: PeerEvent) =>
      event.message === name && (mediaSessionId === undefined || event.mediaSessionId === mediaSessionId);
    return this.events.waitFor(name, matches, ms);
  }

  /** The first of the server's status events for a media session that has one of these statuses. */
  async status(mediaSessionId: string, statuses: readonly string[], ms = 15_000): Promise<StatusEvent> {
    const statusOf = (event: PeerEvent) => (event.data?.[0] as { status?: string } | undefined)?.status ?? '';
    const matches = (event: PeerEvent) =>
      event.message === 'notifyStreamStatusEvent' &&
      event.mediaSessionId === mediaSessionId &&
      statuses.includes(statusOf(event));
    const event = await this.events.waitFor(`${mediaSessionId} ${statuses.join('|')}`, matches, ms);
    return { ...(event.data![0] as Omit<StatusEvent, 'at'>), at: event.at };
  }

  /** Waits until at least `more` further packets of a kind have arrived. */
  async receives(mediaSessionId: string, kind: 'audio' | 'video', more: number, ms = 10_000): Promise<void> {
    const isMedia = (event: PeerEvent) =>
      event.event === 'media' && event.mediaSessionId === mediaSessionId && event.kind === kind;
    const before = this.events.items.findLast(isMedia)?.packets ?? 0;
    const enough = (event: PeerEvent) => isMedia(event) && event.packets! >= before + more;
    await this.events.waitFor(`${more} more ${kind} packets`, enough, ms);
  }

  async close(): Promise<void> {
    await this.#program.end('SIGKILL');
  }
}
