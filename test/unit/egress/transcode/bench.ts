import { Transcodes } from '../../../../src/egress/transcode/transcodes.js';
import type { EncoderName } from '../../../../src/ffmpeg/index.js';
import { FakeChild } from './fake-child.js';

/** Transcodes in virtual time. */
export function bench(
  options: { maxProcesses?: number; maxSoundProcesses?: number; encoders?: EncoderName[] | null } = {},
) {
  const { maxProcesses = 4, maxSoundProcesses = 4, encoders = ['libx264', 'pcm_mulaw'] } = options;
  const children: FakeChild[] = [];
  const due: { at: number; run: () => void }[] = [];
  let now = 0;
  const acquire = (_: string, args: readonly string[], callbacks: FakeChild['options']) => {
    const child = new FakeChild(args, callbacks);
    children.push(child);
    return child as never;
  };
  const after = (delay: number, run: () => void) => {
    const entry = { at: now + delay, run };
    due.push(entry);
    return () => void due.splice(0, due.length, ...due.filter((other) => other !== entry));
  };
  const leash = { diesWithParent: false, limitsMemory: false };
  const ffmpeg = encoders && { path: 'ffmpeg', version: '7', encoders: new Set(encoders), leash };
  const transcodes = new Transcodes(
    ffmpeg && { acquire },
    { ffmpeg, maxProcesses, maxSoundProcesses, threads: 1, preset: 'veryfast' },
    () => now,
    { now: () => now, after },
  );
  const advance = (ms: number) => {
    now += ms;
    for (const entry of due.splice(0).sort((a, b) => a.at - b.at)) {
      if (entry.at <= now) entry.run();
      else due.push(entry);
    }
  };
  return { transcodes, children, advance };
}

/** What ffmpeg writes as IVF, its ticks ms. */
export function ivfHeader(): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF');
  header.writeUInt16LE(32, 6);
  header.writeUInt32LE(1000, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

export function ivfFrame(time: number): Buffer {
  const frame = Buffer.alloc(13);
  frame.writeUInt32LE(1, 0);
  frame.writeUInt32LE(time, 4);
  return frame;
}
