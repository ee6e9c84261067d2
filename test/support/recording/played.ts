import { readFile } from 'node:fs/promises';
import type { Tab } from '../browser/tab.js';

export interface Played {
  readonly duration: number;
  readonly width: number;
  /** Widths that were seen while it played. */
  readonly widths: number[];
  readonly currentTime: number;
  readonly frames: number;
  readonly audioBytes: number;
  readonly error: string | null;
  /** Where it was after it had been sent to its middle, and how many s it says it can be sent to. */
  readonly sought: number;
  readonly seekable: number;
}

const types = { mp4: 'video/mp4', webm: 'video/webm', mkv: 'video/x-matroska' } as const;

/** Loads a file into a page and plays it, at 4 times its speed, to its end, 10 s at most. */
export async function played(tab: Tab, file: string): Promise<Played> {
  const type = types[file.split('.').at(-1) as keyof typeof types];
  const base64 = (await readFile(file)).toString('base64');
  return tab.evaluate<Played>(`(async () => {
    const bytes = Uint8Array.from(atob('${base64}'), (c) => c.charCodeAt(0));
    const video = document.createElement('video');
    video.src = URL.createObjectURL(new Blob([bytes], { type: '${type}' }));
    document.body.append(video);
    const widths = new Set();
    video.addEventListener('resize', () => widths.add(video.videoWidth));
    const ended = new Promise((resolve) => {
      video.onended = () => resolve(null);
      video.onerror = () => resolve(video.error.message);
      setTimeout(() => resolve('not played within 10 s'), 10000);
    });
    video.playbackRate = 4;
    const error = await Promise.race([video.play().then(() => ended, (e) => String(e)), ended]);
    const result = {
      error, duration: video.duration, width: video.videoWidth, widths: [...widths], currentTime: video.currentTime,
      frames: video.getVideoPlaybackQuality().totalVideoFrames, audioBytes: video.webkitAudioDecodedByteCount,
    };
    if (error === null) {
      video.pause();
      video.currentTime = video.duration / 2;
      await new Promise((resolve) => { video.onseeked = resolve; setTimeout(resolve, 5000); });
      result.sought = video.currentTime;
      result.seekable = video.seekable.length > 0 ? video.seekable.end(0) : 0;
    }
    video.remove();
    return result;
  })()`);
}
