/** What a player tells the page. */
export interface PlayerEvents {
  /** The server answered; the picture may still be on its way. */
  onPlaying(stream: Flashphoner.Stream): void;
  /** Something can be seen or heard, or has changed: the size of the picture, or whether the sound is on. */
  onMedia(video: HTMLVideoElement): void;
  /** @param info the protocol's info string when it failed; absent after `stop` or when the connection went */
  onEnd(failed: boolean, info: string | undefined): void;
}

/** One stream being played by the Web SDK inside an element. */
export class Player {
  private readonly stream: Flashphoner.Stream;

  constructor(
    session: Flashphoner.Session,
    name: string,
    private readonly display: HTMLElement,
    muted: boolean,
    events: PlayerEvents,
  ) {
    this.stream = session.createStream({ name, display, unmutePlayOnStart: !muted });
    this.stream
      .on('PENDING', () => {
        const { video } = this;
        if (!video) return;
        video.playsInline = true;
        video.muted = true;
        const report = () => {
          const { media } = this;
          if (media) events.onMedia(media);
        };
        video.onresize = report;
        video.onloadeddata = report;
        video.onplaying = report;
        video.onvolumechange = report;
      })
      .on('PLAYING', (stream) => events.onPlaying(stream))
      .on('STOPPED', () => events.onEnd(false, undefined))
      .on('FAILED', (stream) => events.onEnd(true, stream.getInfo()))
      .play();
  }

  /** The element once there is something to see or hear in it. */
  get media(): HTMLVideoElement | null {
    const { video } = this;
    const ready = video && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return ready && (video.videoWidth > 0 || isSoundOnly(video)) ? video : null;
  }

  get video(): HTMLVideoElement | null {
    return this.display.querySelector('video');
  }

  stop(): void {
    this.stream.stop();
  }
}

/** Whether what plays has sound and no picture. */
export function isSoundOnly({ srcObject }: HTMLVideoElement): boolean {
  return (
    srcObject instanceof MediaStream &&
    srcObject.getVideoTracks().length === 0 &&
    srcObject.getAudioTracks().length > 0
  );
}

/** Fills the screen with an element, or leaves that; iPhones can only fill it with the video itself. */
export function toggleFullscreen(element: HTMLElement): void {
  if (document.fullscreenElement) {
    void document.exitFullscreen();
    return;
  }
  if (typeof element.requestFullscreen === 'function') {
    element.requestFullscreen().catch(() => undefined);
    return;
  }
  const video = element.querySelector('video') as
    | (HTMLVideoElement & { webkitEnterFullscreen?(): void })
    | null;
  video?.webkitEnterFullscreen?.();
}
