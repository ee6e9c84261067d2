import { Backoff } from './backoff.js';
import { Connection, type ConnectionState, fetchSettings, webSocketUrl } from './connection.js';
import { need, setText } from './dom.js';
import { isSoundOnly, Player, toggleFullscreen } from './player.js';
import { findObstacle, startSdk } from './support.js';
import { explainFailure, mayStillCome } from './words.js';

type State = 'busy' | 'ask' | 'waiting' | 'playing' | 'failed';

const page = document.documentElement;
const display = need('display', HTMLDivElement);
const title = need('status-title', HTMLElement);
const text = need('status-text', HTMLElement);
const again = need('again', HTMLButtonElement);
const unmute = need('unmute', HTMLButtonElement);
const mute = need('mute', HTMLButtonElement);

function show(state: State, heading: string, words = ''): void {
  page.dataset.state = state;
  setText(title, heading);
  setText(text, words);
  again.hidden = state !== 'failed';
}

/** Plays the stream of the page for as long as the page is open: waits for it, and comes back when it comes back. */
class Watch {
  private readonly backoff = new Backoff(1500, 10_000);
  private player: Player | null = null;
  private timer = 0;
  private muted = true;

  constructor(
    private readonly connection: Connection,
    private readonly name: string,
  ) {}

  /** Starts playing, if it is not. */
  play(): void {
    window.clearTimeout(this.timer);
    const { session } = this.connection;
    if (this.player || !session) return;
    if (page.dataset.state !== 'waiting') show('busy', 'Connecting…');
    this.player = new Player(session, this.name, display, this.muted, {
      onPlaying: () => {
        if (page.dataset.state !== 'playing') show('busy', 'Waiting for the picture…');
      },
      onMedia: (video) => this.onMedia(video),
      onEnd: (_failed, info) => this.onEnd(info),
    });
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    const video = this.player?.video;
    if (video) video.muted = muted;
  }

  private onMedia(video: HTMLVideoElement): void {
    this.backoff.reset();
    const soundOnly = isSoundOnly(video);
    page.dataset.sound = soundOnly ? 'only' : '';
    show('playing', soundOnly ? 'Sound only' : `Playing ${this.name}`);
    unmute.hidden = !video.muted;
    mute.hidden = video.muted;
  }

  private onEnd(info: string | undefined): void {
    this.player = null;
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

async function start(): Promise<void> {
  const name = new URLSearchParams(window.location.search).get('stream')?.trim() ?? '';
  if (name === '') {
    show('ask', 'Which stream?', 'Give the name that it is published under.');
    need('ask-name', HTMLInputElement).focus();
    return;
  }
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
    if (state.kind === 'connected') watch.play();
    else if (state.kind === 'waiting') show('busy', 'The server is not reachable', 'This page keeps trying.');
  });
  const watch = new Watch(connection, name);
  again.addEventListener('click', () => watch.play());
  unmute.addEventListener('click', () => {
    watch.setMuted(false);
    unmute.hidden = true;
    mute.hidden = false;
    mute.focus();
  });
  mute.addEventListener('click', () => watch.setMuted(true));
  need('fullscreen', HTMLButtonElement).addEventListener('click', () => toggleFullscreen(document.body));
  connection.start();
}

start().catch((error: unknown) => {
  show('failed', 'This page could not start', error instanceof Error ? error.message : String(error));
  again.addEventListener('click', () => window.location.reload());
});
