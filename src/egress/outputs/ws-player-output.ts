import type { Output, OutputHost } from './output.js';
import { PacketBatch } from './packet-batch.js';
import { videoProfile } from './video-profile.js';
import type { WsPlayerRequest } from './ws-media-request.js';
import { WsPlayerWriter } from './ws-player-writer.js';

/** Seconds between key frames, where a player can begin: below the second that it takes together before it does. */
const keyFrameInterval = 0.8;

/** A stream as packets of WSPlayer, all of it made by ffmpeg (WCS spec F.3). */
export class WsPlayerOutput implements Output {
  private readonly batch: PacketBatch;
  private readonly releases: (() => void)[] = [];

  /** @throws NoTranscoder */
  constructor(
    request: WsPlayerRequest,
    private readonly host: OutputHost,
  ) {
    const { intake, transcodes, emit } = host;
    const hasAudio = intake.tracks.some(({ kind }) => kind === 'audio');
    this.batch = new PacketBatch(
      (packets) => emit({ type: 'packets', packets }),
      () => host.congested(),
    );
    const writer = new WsPlayerWriter({
      hasAudio,
      sink: (packet) => this.batch.add(packet),
      onVideoSize: (...size) => emit({ type: 'videoSize', width: size[0], height: size[1] }),
    });
    const onFailed = (reason: string) => this.fail(reason);
    try {
      const sound = { kind: 'audio', codec: 'PCMU' } as const;
      if (hasAudio) this.use(transcodes.use(intake, sound, (frame) => writer.audio(frame), onFailed));
      const video = videoProfile('MPEG1', request, keyFrameInterval);
      this.use(transcodes.use(intake, video, (frame) => writer.video(frame), onFailed));
    } catch (error) {
      this.release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.release();
  }

  private use(use: { release(): void }): void {
    this.releases.push(() => use.release());
  }

  private release(): void {
    for (const release of this.releases.splice(0)) release();
    this.batch.close();
  }

  private fail(reason: string): void {
    this.release();
    this.host.emit({ type: 'failed', reason });
  }
}
