import type { Connection } from './connection.js';
import { type Message, need, setText, showMessage } from './dom.js';
import { FiguresView } from './figures-view.js';
import { copyOnClick, playerLink } from './link.js';
import { isSoundOnly, Player, toggleFullscreen } from './player.js';
import { explainFailure, mayStillCome } from './words.js';

type State = 'off' | 'starting' | 'live' | 'stopping';

const badges: Readonly<Record<State, string>> = {
  off: 'Stopped',
  starting: 'Starting',
  live: 'Playing',
  stopping: 'Stopping',
};

/** The card that plays a stream. */
export class PlayCard {
  private readonly card = need('play', HTMLElement);
  private readonly stage = need('play-stage', HTMLElement);
  private readonly name = need('play-name', HTMLInputElement);
  private readonly button = need('play-button', HTMLButtonElement);
  private readonly badge = need('play-badge', HTMLElement);
  private readonly message = need('play-message', HTMLElement);
  private readonly mute = need('play-mute', HTMLButtonElement);
  private readonly fullscreen = need('play-fullscreen', HTMLButtonElement);
  private readonly open = need('play-open', HTMLAnchorElement);
  private readonly figures = new FiguresView('play-figures');
  private state: State = 'off';
  private player: Player | null = null;

  /** @param ownName the name that this very page publishes now, if any */
  constructor(
    private readonly connection: Connection,
    private readonly ownName: () => string | null,
  ) {
    need('play-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.state === 'off') this.play();
      else this.stop();
    });
    this.name.addEventListener('input', () => this.update());
    this.mute.addEventListener('click', () => {
      const video = this.player?.video;
      if (video) video.muted = !video.muted;
    });
    this.fullscreen.addEventListener('click', () => toggleFullscreen(this.stage));
    copyOnClick(need('play-copy', HTMLButtonElement), () => this.open.href);
    this.update();
  }

  /** Takes note that the connection came or went, or the name was set. */
  refresh(): void {
    this.update();
  }

  private play(): void {
    const { session } = this.connection;
    const name = this.name.value.trim();
    if (!session || name === '') return;
    const own = name === this.ownName();
    this.become('starting');
    this.say({ tone: 'info', text: 'Connecting the media…' });
    this.player = new Player(session, name, need('play-display', HTMLDivElement), own, {
      onPlaying: (stream) => this.onPlaying(stream, own),
      onMedia: (video) => this.onMedia(video, own),
      onEnd: (failed, info) => this.onEnd(failed, info),
    });
  }

  private stop(): void {
    this.become('stopping');
    this.player?.stop();
  }

  private onPlaying(stream: Flashphoner.Stream, own: boolean): void {
    if (this.state === 'stopping') return;
    this.become('live');
    this.say({ tone: 'info', text: 'Waiting for picture and sound…' });
    this.figures.start(stream, 'down');
    // The media may have come before the server's word.
    const media = this.player?.media;
    if (media) this.onMedia(media, own);
  }

  private onMedia(video: HTMLVideoElement, own: boolean): void {
    if (this.state !== 'live') return;
    const soundOnly = isSoundOnly(video);
    this.mute.setAttribute('aria-pressed', String(video.muted));
    this.card.dataset.shows = soundOnly ? 'sound' : 'picture';
    const quiet = own && video.muted ? ' The sound is off, because it is your own.' : '';
    const words = soundOnly
      ? 'You are listening to the stream live; it has no picture.'
      : 'You are watching the stream live.';
    this.say({ tone: 'info', text: words + quiet });
  }

  private onEnd(failed: boolean, info: string | undefined): void {
    // A stream that ends is no error for the one who watched it.
    const tone = this.state === 'live' && mayStillCome(info) ? 'info' : 'error';
    this.player = null;
    this.figures.stop();
    this.card.dataset.shows = 'nothing';
    this.say(
      failed
        ? { tone, text: explainFailure('play', info), ...(info ? { detail: info } : {}) }
        : { tone: 'info', text: 'Stopped.' },
    );
    this.become('off');
  }

  private become(state: State): void {
    this.state = state;
    this.update();
  }

  private update(): void {
    const { state } = this;
    const name = this.name.value.trim();
    this.card.dataset.state = state;
    setText(this.badge, badges[state]);
    setText(this.button, state === 'off' ? 'Play' : state === 'starting' ? 'Cancel' : 'Stop');
    this.button.disabled = state === 'stopping' || (state === 'off' && this.connection.session === null);
    this.name.readOnly = state !== 'off';
    this.mute.hidden = state !== 'live';
    this.fullscreen.hidden = state !== 'live';
    this.open.href = playerLink(name);
  }

  private say(message: Message | null): void {
    showMessage(this.message, message);
  }
}
