import { Camera } from './camera.js';
import type { Connection } from './connection.js';
import { type Message, need, setText, showMessage } from './dom.js';
import { FiguresView } from './figures-view.js';
import { copyOnClick, embedCode, playerLink } from './link.js';
import { explainFailure, explainMediaError } from './words.js';

type State = 'off' | 'starting' | 'live' | 'stopping';

const badges: Readonly<Record<State, string>> = {
  off: 'Off air',
  starting: 'Starting',
  live: 'Live',
  stopping: 'Stopping',
};

/** The card that publishes from the camera. */
export class PublishCard {
  private readonly card = need('publish', HTMLElement);
  private readonly display = need('publish-display', HTMLDivElement);
  private readonly name = need('publish-name', HTMLInputElement);
  private readonly button = need('publish-button', HTMLButtonElement);
  private readonly preview = need('publish-preview', HTMLButtonElement);
  private readonly off = need('publish-off', HTMLButtonElement);
  private readonly badge = need('publish-badge', HTMLElement);
  private readonly message = need('publish-message', HTMLElement);
  private readonly share = need('publish-share', HTMLElement);
  private readonly link = need('publish-link', HTMLAnchorElement);
  private readonly mutes = {
    audio: need('publish-mute', HTMLButtonElement),
    video: need('publish-hide', HTMLButtonElement),
  };
  private readonly figures = new FiguresView('publish-figures');
  private readonly camera = new Camera((what) => void this.onChoice(what));
  private state: State = 'off';
  private stream: Flashphoner.Stream | null = null;
  private allowed = true;
  /** Counts up with each start and stop, so that a start that was cancelled meanwhile notices. */
  private attempt = 0;

  constructor(private readonly connection: Connection) {
    need('publish-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.state === 'off') void this.publish();
      else this.stop();
    });
    this.preview.addEventListener('click', () => void this.startCamera());
    this.off.addEventListener('click', () => {
      this.camera.stop();
      this.update();
      this.preview.focus();
    });
    this.mutes.audio.addEventListener('click', () => this.toggle('audio'));
    this.mutes.video.addEventListener('click', () => this.toggle('video'));
    copyOnClick(need('publish-copy', HTMLButtonElement), () => this.link.href);
    copyOnClick(need('publish-embed', HTMLButtonElement), () => embedCode(this.name.value.trim()));
    this.update();
  }

  /** The name that is being published now. */
  get liveName(): string | null {
    return this.state === 'live' ? this.name.value.trim() : null;
  }

  /** Takes note that the connection came or went. */
  refresh(): void {
    this.update();
  }

  /** This page may not have the camera. */
  forbid(): void {
    this.allowed = false;
    for (const field of this.card.querySelectorAll<HTMLInputElement>('input, select, button'))
      field.disabled = true;
    this.update();
  }

  private async startCamera(): Promise<boolean> {
    this.preview.disabled = true;
    try {
      await this.camera.start();
      this.say(null);
      return true;
    } catch (error) {
      const { name = '', message = '' } = error as Partial<DOMException>;
      this.say({ tone: 'error', text: explainMediaError(name), detail: message || name });
      return false;
    } finally {
      this.preview.disabled = false;
      this.update();
    }
  }

  private async publish(): Promise<void> {
    const attempt = ++this.attempt;
    this.become('starting');
    const waiting = this.camera.shows === 'nothing' ? 'Waiting for the camera…' : 'Connecting the media…';
    this.say({ tone: 'info', text: waiting });
    const ready = await this.startCamera();
    if (attempt !== this.attempt) return;
    const { session } = this.connection;
    if (!ready || !session) {
      if (ready) this.say({ tone: 'error', text: explainFailure('publish', undefined) });
      this.become('off');
      return;
    }
    this.say({ tone: 'info', text: 'Connecting the media…' });
    const stream = session.createStream({
      name: this.name.value.trim(),
      display: this.display,
      constraints: this.camera.constraints,
      cacheLocalResources: true,
    });
    this.stream = stream;
    stream
      .on('PUBLISHING', () => this.onLive(stream))
      .on('UNPUBLISHED', () => this.onEnd({ tone: 'info', text: 'You are off air again.' }))
      .on('FAILED', () => this.onFailed(stream))
      .publish();
  }

  private stop(): void {
    this.attempt++;
    if (this.stream) {
      this.become('stopping');
      this.stream.stop();
    } else {
      this.say(null);
      this.become('off');
    }
  }

  private onLive(stream: Flashphoner.Stream): void {
    if (this.state === 'stopping') return;
    this.become('live');
    this.say({ tone: 'info', text: 'You are live. Anybody with the link can watch.' });
    this.figures.start(stream, 'up');
  }

  private onFailed(stream: Flashphoner.Stream): void {
    const info = stream.getInfo();
    const local = stream.getErrorInfo();
    this.onEnd(
      local
        ? { tone: 'error', text: 'The browser could not publish.', detail: local }
        : { tone: 'error', text: explainFailure('publish', info), ...(info ? { detail: info } : {}) },
    );
  }

  private onEnd(message: Message): void {
    this.stream = null;
    this.figures.stop();
    for (const button of Object.values(this.mutes)) button.setAttribute('aria-pressed', 'false');
    this.say(message);
    this.become('off');
  }

  private async onChoice(what: 'video' | 'audio' | 'size'): Promise<void> {
    if (this.state === 'off') {
      if (this.camera.shows !== 'nothing') await this.startCamera();
      return;
    }
    if (what === 'size' || this.stream === null) return;
    const id = this.camera.device(what);
    if (!id) return;
    try {
      await (what === 'video' ? this.stream.switchCam(id) : this.stream.switchMic(id));
    } catch (error) {
      this.say({ tone: 'error', text: 'The other device could not be started.', detail: String(error) });
    }
  }

  private toggle(what: 'audio' | 'video'): void {
    const { stream } = this;
    if (stream === null) return;
    const button = this.mutes[what];
    const mute = button.getAttribute('aria-pressed') !== 'true';
    if (what === 'audio') mute ? stream.muteAudio() : stream.unmuteAudio();
    else mute ? stream.muteVideo() : stream.unmuteVideo();
    button.setAttribute('aria-pressed', String(mute));
  }

  private become(state: State): void {
    this.state = state;
    this.update();
  }

  private update(): void {
    const { state } = this;
    const live = state === 'live';
    this.card.dataset.state = state;
    this.card.dataset.shows = this.camera.shows;
    setText(this.badge, badges[state]);
    setText(this.button, state === 'off' ? 'Publish' : state === 'starting' ? 'Cancel' : 'Stop publishing');
    this.share.hidden = !live;
    for (const what of ['audio', 'video'] as const) {
      this.mutes[what].hidden = !live || this.camera.device(what) === null;
    }
    this.off.hidden = state !== 'off' || this.camera.shows === 'nothing';
    if (!this.allowed) return;
    this.button.disabled = state === 'stopping' || (state === 'off' && this.connection.session === null);
    this.name.readOnly = state !== 'off';
    this.camera.lockFor(state !== 'off');
    if (live) {
      const address = playerLink(this.name.value.trim());
      this.link.href = address;
      setText(this.link, address.replace(/^https?:\/\//, ''));
    }
  }

  private say(message: Message | null): void {
    showMessage(this.message, message);
  }
}
