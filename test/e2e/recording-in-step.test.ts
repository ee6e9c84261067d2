import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  capturedOffset,
  flashAndBeep,
  flashesAndBeeps,
  medianOffset,
  watchSent,
} from '../support/browser/flash-and-beep.js';
import { fetchRecord, recordOf, recordsBegun } from '../support/recording/records.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const folder = mkdtempSync(join(tmpdir(), 'recordings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('recordings of Chromium', () => {
  let stage: Stage | undefined;

  beforeAll(async () => {
    stage = await Stage.open({ chromium: {} });
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  it('have sound and picture in step', async () => {
    const flashing = await stage!.connect(stage!.chromium);
    await flashAndBeep(flashing.tab);
    const records = join(stage!.server.dataDir, 'records');
    const stream = await flashing.publishing('in-step', {
      constraints: { audio: true, video: { width: 320, height: 240 } },
      record: true,
    });
    await watchSent(stream);
    await recordsBegun(records, 1);
    await stream.sample(10);
    const { path } = await fetchRecord(stage!.server, await recordOf(stream), folder);
    const { flashes, beeps } = await flashesAndBeeps(path);
    expect(flashes.length).toBeGreaterThanOrEqual(7);
    // The first sender reports have to come before the clocks are known.
    const inFile = medianOffset(flashes.slice(1), beeps) * 1000;
    const whenSent = await capturedOffset(flashing.tab);
    // What Chromium adds until its sender reports is in it, too, about 10 ms: npm run bench:av measures without.
    expect(Math.abs(inFile - whenSent), `in the file ${inFile}, when sent ${whenSent}`).toBeLessThan(40);
    await flashing.close();
  });
});
