import { Backoff } from './backoff.js';
import { Connection, type ConnectionState, fetchSettings, webSocketUrl } from './connection.js';
import { need, setText } from './dom.js';
import { isSoundOnly, Player, toggleFullscreen } from './player.js';
import { findObstacle, startSdk } from './support.js';
import { explainFailure, mayStillCome } from './words.js';

export type WatchState = 'busy' | 'ask' | 'waiting' | 'playing' | 'failed';

const page = document.documentElement;

/** What the page says in the place of a picture. */
export function show(state: WatchState, heading: string, words = ''): void {
  page.dataset.state = state;
  setText(need('status-title', HTMLElement), heading);
  setText(need('status-text', HTMLElement), words);
  need('again', HTMLButtonElement).hidden = state !== 'failed';
}

/** Hears of the streams that are played one after the other; null in between. */
export type OnStream = (stream: Flashphoner.Stream | null) => void;

/** Plays the stream of the page for as long as the page is open: waits for it, and comes back when it comes back. */
class Watch {
  private readonly display = need('display', HTMLDivElement);
  private readonly unmute = need('unmute', HTMLButtonElement);
  private readonly mute = need('mute', HTMLButtonElement);
  private readonly backoff = new Backoff(1500, 10_000);
  private player: Player | null = null;
  private timer = 0;
  private muted = true;

  constructor(
    private readonly connection: Connection,
    private readonly name: string,
    private readonly onStream: OnStream,
  ) {
    this.unmute.addEventListener('click', () => {
      this.setMuted(false);
      this.unmute.hidden = true;
      this.mute.hidden = false;
      this.mute.focus();
    });
    this.mute.addEventListener('click', () => this.setMuted(true));
  }

  /** Starts playing, if it is not. */
  play(): void {
    window.clearTimeout(this.timer);
    const { session } = this.connection;
    if (this.player || !session) return;
    if (page.dataset.state !== 'waiting') show('busy', 'Connecting…');
    this.player = new Player(session, this.name, this.display, this.muted, {
      onPlaying: (stream) => {
        if (page.dataset.state !== 'playing') show('busy', 'Waiting for the picture…');
        this.onStream(stream);
      },
      onMedia: (video) => this.onMedia(video),
      onEnd: (_failed, info) => this.onEnd(info),
    });
  }

  private setMuted(muted: boolean): void {
    this.muted = muted;
    const video = this.player?.video;
    if (video) video.muted = muted;
  }

  private onMedia(video: HTMLVideoElement): void {
    this.backoff.reset();
    const soundOnly = isSoundOnly(video);
    page.dataset.sound = soundOnly ? 'only' : '';
    show('playing', soundOnly ? 'Sound only' : `Playing ${this.name}`);
    this.unmute.hidden = !video.muted;
    this.mute.hidden = video.muted;
  }

  private onEnd(info: string | undefined): void {
    this.player = null;
    this.onStream(null);
    if (info === undefined) {
      // The connection went; if it is the server that gave no reason, trying again is as good.
      show('busy', 'The connection was lost', 'This page keeps trying.');
      this.timer = window.setTimeout(() => this.play(), this.backoff.next());
    } else if (mayStillCome(info)) {
      show('waiting', `“${this.name}” is not live right now`, 'It starts here by itself as soon as it is.');
      this.timer = window.setTimeout(() => this.play(), this.backoff.next());
    } else {
      show('failed', 'The stream cannot be played', `${explainFailure('play', info)} (${info})`);
    }
  }
}

/**
 * Makes the page play a stream.
 * @throws Error when the server does not answer as it should
 */
async function watch(name: string, onStream: OnStream): Promise<void> {
  document.title = `${name} · Sluice`;
  setText(need('name', HTMLElement), name);
  const obstacle = findObstacle();
  if (obstacle?.blocks === 'everything') {
    show('failed', obstacle.title, obstacle.text);
    return;
  }
  const settings = await fetchSettings();
  await startSdk();
  const connection = new Connection(webSocketUrl(settings), (state: ConnectionState) => {
    if (state.kind === 'connected') player.play();
    else if (state.kind === 'waiting') show('busy', 'The server is not reachable', 'This page keeps trying.');
  });
  const player = new Watch(connection, name, onStream);
  need('again', HTMLButtonElement).addEventListener('click', () => player.play());
  need('fullscreen', HTMLButtonElement).addEventListener('click', () => toggleFullscreen(document.body));
  connection.start();
}

/** Makes the page play a stream; says so when it cannot. */
export function watchStream(name: string, onStream: OnStream): void {
  watch(name, onStream).catch((error: unknown) => {
    show('failed', 'This page could not start', error instanceof Error ? error.message : String(error));
    need('again', HTMLButtonElement).addEventListener('click', () => window.location.reload());
  });
}
