import { need } from './dom.js';

const none = 'none';

/** The choice of camera, microphone, picture size and bitrate, and the preview of it. */
export class Camera {
  private readonly video = need('camera', HTMLSelectElement);
  private readonly audio = need('microphone', HTMLSelectElement);
  private readonly size = need('picture', HTMLSelectElement);
  private readonly bitrate = need('bitrate', HTMLSelectElement);
  private readonly display = need('publish-display', HTMLDivElement);
  private running = false;
  private live = false;

  /** @param onChange is called with what the person chose anew */
  constructor(onChange: (what: 'video' | 'audio' | 'size') => void) {
    this.video.addEventListener('change', () => onChange('video'));
    this.audio.addEventListener('change', () => onChange('audio'));
    this.size.addEventListener('change', () => onChange('size'));
    navigator.mediaDevices?.addEventListener('devicechange', () => this.list());
  }

  /** What the preview shows. */
  get shows(): 'nothing' | 'picture' | 'sound' {
    if (!this.running) return 'nothing';
    return this.device('video') === null ? 'sound' : 'picture';
  }

  /** The chosen device; empty for the browser's own choice, null for none. */
  device(what: 'video' | 'audio'): string | null {
    const { value } = this[what];
    return value === none ? null : value;
  }

  get constraints(): Flashphoner.MediaConstraints {
    const [width = 1280, height = 720] = this.size.value.split('x').map(Number);
    const video = this.device('video');
    const audio = this.device('audio');
    const maxBitrate = Number(this.bitrate.value);
    const picture = { width, height, ...(maxBitrate > 0 && { maxBitrate }) };
    return {
      audio: audio === null ? false : withDevice({}, audio),
      video: video === null ? false : withDevice(picture, video),
    };
  }

  /**
   * Shows the preview, or another one after a new choice.
   * @throws DOMException what the browser says when it gives no camera or microphone
   */
  async start(): Promise<void> {
    const { constraints } = this;
    if (!constraints.audio && !constraints.video) {
      throw new DOMException('Both are set to none', 'NotFoundError');
    }
    try {
      await Flashphoner.getMediaAccess(constraints, this.display);
      this.running = true;
    } catch (error) {
      this.stop();
      throw error;
    }
    // Devices have names only once the person has allowed one.
    await this.list();
  }

  stop(): void {
    if (this.running) Flashphoner.releaseLocalMedia(this.display);
    this.running = false;
  }

  /** Fixes what cannot change while a stream is live: only another device of the same sort can take over. */
  lockFor(live: boolean): void {
    this.live = live;
    this.size.disabled = live;
    this.bitrate.disabled = live;
    for (const select of [this.video, this.audio]) {
      const nothing = select.value === none;
      for (const option of select.options) {
        const exact = option.value !== '' && option.value !== none;
        option.disabled = live && !option.selected && (nothing || !exact);
      }
    }
  }

  /** Fills the lists with the devices there are. */
  async list(): Promise<void> {
    const devices = await Flashphoner.getMediaDevices(undefined, false).catch(() => null);
    if (!devices) return;
    fill(this.video, devices.video);
    fill(this.audio, devices.audio);
    this.lockFor(this.live);
  }
}

function withDevice<Constraints extends object>(constraints: Constraints, id: string) {
  return id === '' ? constraints : { ...constraints, deviceId: { exact: id } };
}

function fill(select: HTMLSelectElement, devices: readonly Flashphoner.Device[]): void {
  const chosen = select.value;
  const named = devices.filter(({ id }) => id !== '' && id !== 'default');
  const options = [
    new Option('Default', ''),
    ...named.map(({ id, label }) => new Option(label, id)),
    new Option('None', none),
  ];
  select.replaceChildren(...options);
  select.value = options.some(({ value }) => value === chosen) ? chosen : '';
}
