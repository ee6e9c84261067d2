import { Board } from '../../../../src/plugins/live/board.js';
import type { ServerMessage } from '../../../../src/plugins/live/messages.js';
import type {
  FigureSources,
  ProcessFigures,
  SessionFigures,
  StreamFinding,
} from '../../../../src/plugins/live/needs.js';
import { Sampler } from '../../../../src/plugins/live/sampler.js';
import { type MediaSession, Playback, Publication } from '../../../../src/streams/index.js';
import { makeSession, playRequest, publishRequest } from '../../streams/support.js';

export const startedAt = 1_700_000_000_000;

const publishing = publishRequest();
const playing = playRequest();
const unheard = { onStatus: () => {}, onVideoSize: () => {}, onRate: () => {} };

export function figures(fields: Partial<SessionFigures> = {}): SessionFigures {
  return {
    ...{ startedAt, bitrate: 1_000_000, estimate: null, loss: 0, roundTrip: null, fps: 30, nack: 0, pli: 0 },
    ...fields,
  };
}

export function processFigures(fields: Partial<ProcessFigures> = {}): ProcessFigures {
  return { name: 'control', pid: 1, cpu: 0.1234567, memory: 1000, load: null, kernelDrops: null, ...fields };
}

/** Streams and figures under the test's control, sampled when it says so. */
export class Figures implements FigureSources {
  readonly all = new Map<MediaSession, SessionFigures>();
  readonly findings = new Map<string, StreamFinding[]>();
  readonly marks = new Set<string>();
  streams: Publication[] = [];
  running: ProcessFigures[] = [processFigures()];
  connected = 3;
  private made = 0;
  private readonly session = makeSession();

  sessions = () => this.connected;
  published = () => this.streams;
  figures = (mediaSession: MediaSession) => this.all.get(mediaSession) ?? null;
  processes = () => this.running;
  processOf = () => 'media 0';
  diagnose = (name: string) => this.findings.get(name) ?? [];
  recorded = () => this.marks;
  client = () => null;

  publish(name: string, fields: Partial<SessionFigures> = {}): Publication {
    this.made += 1;
    const request = { ...publishing, mediaSessionId: `pub-${this.made}`, name };
    const publication = new Publication(this.session, request, startedAt, unheard);
    publication.start('PUBLISHING');
    this.streams.push(publication);
    this.all.set(publication, figures(fields));
    return publication;
  }

  play(name: string, fields: Partial<SessionFigures> = {}): Playback {
    this.made += 1;
    const request = { ...playing, mediaSessionId: `play-${this.made}`, name };
    const playback = new Playback(this.session, request, startedAt, unheard);
    playback.start('PLAYING');
    this.streams.find((each) => each.name === name)?.players.add(playback);
    this.all.set(playback, figures(fields));
    return playback;
  }

  end(publication: Publication): void {
    for (const each of [...publication.players, publication]) {
      this.all.delete(each);
      each.end('FAILED', 'by the test');
    }
    this.streams = this.streams.filter((one) => one !== publication);
  }
}

/** A board over such figures, and its clock. */
export function startBoard() {
  const sources = new Figures();
  const time = { now: 0 };
  const sampler = new Sampler(
    sources,
    () => time.now,
    () => startedAt + time.now,
  );
  const board = new Board(sampler, sources);
  /** Lets so many ms pass, and looks. */
  const step = (passed = 1000) => {
    time.now += passed;
    sampler.sample();
  };
  return { sources, time, sampler, board, step };
}

/** A page's end of a socket: what it has been sent, and how much of that it has not read. */
export class FakeSocket {
  readyState = 1 as const;
  bufferedAmount = 0;
  readonly received: ServerMessage[] = [];
  ended: string | null = null;

  send(text: string): void {
    this.received.push(JSON.parse(text));
  }

  close(code: number, reason: string): void {
    this.ended = `${code} ${reason}`;
  }

  terminate(): void {
    this.ended = 'terminated';
  }

  /** What has come since this was asked last. */
  take(): ServerMessage[] {
    return this.received.splice(0);
  }
}

/** Of one type, or it is the test's fault. */
export function only<Type extends ServerMessage['type']>(
  message: ServerMessage | undefined,
  type: Type,
): Extract<ServerMessage, { type: Type }> {
  if (message?.type !== type) throw new Error(`${message?.type} is no ${type}`);
  return message as Extract<ServerMessage, { type: Type }>;
}
