import type { EgressSettings } from '../../../src/egress/channel.js';
import { defaults } from '../media/support/simulation.js';

export const settings: EgressSettings = {
  media: defaults,
  packetMemory: 16 << 20,
  logLevel: 'silent',
  transcoding: {
    ffmpeg: null,
    maxProcesses: 1,
    maxSoundProcesses: 1,
    maxMemory: 1 << 30,
    nice: 0,
    threads: 1,
    preset: 'veryfast',
    snapshotsAtOnce: 1,
    snapshotTimeout: 1000,
  },
};

/** Waits for a condition that other processes or the network bring about; the test's own time limit ends it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
