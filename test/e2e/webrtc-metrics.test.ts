import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SdkPage } from '../support/browser/sdk-page.js';
import { CAMERA_320 } from '../support/core-case.js';
import { Stage, type StageOptions, showServerOnFailure } from '../support/stage.js';

const COMPRESSIONS = ['gzip', 'none'] as const;
const ONLY_WEBRTC = { init: { preferredMediaProviders: ['WebRTC'] } };

interface Line {
  readonly time: string;
  readonly sessionId: string;
  readonly mediaSessionId: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Every line of every file, the oldest file first. */
async function linesOf(dataDir: string): Promise<Line[]> {
  const folder = join(dataDir, 'webrtc-metrics');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as Line);
}

/** What a column whose name begins and ends like this held, line by line. */
function column(lines: readonly Line[], type: string, name: string): unknown[] {
  const matches = (key: string) => key.startsWith(`${type}.`) && key.endsWith(`.${name}`);
  return lines.flatMap(({ values }) => {
    const key = Object.keys(values).find(matches);
    return key === undefined ? [] : [values[key]];
  });
}

/** The bytes that one stream sent, all its tracks together, line by line. */
function bytesSent(lines: readonly Line[]): number[] {
  return lines.map(({ values }) =>
    Object.entries(values)
      .filter(([key]) => /^outbound-rtp\..*\.bytesSent$/.test(key))
      .reduce((sum, [, value]) => sum + Number(value), 0),
  );
}

describe('WebRTC metrics', () => {
  /** By how what is sent is compressed; both have the browser of the first. */
  const stages: Partial<Record<(typeof COMPRESSIONS)[number], Stage>> = {};

  beforeAll(async () => {
    const open = async (compression: (typeof COMPRESSIONS)[number], more: StageOptions) => {
      const flags = ['--webrtc-metrics-enabled', 'true', '--webrtc-metrics-compression', compression];
      flags.push('--webrtc-metrics-sampling', '250', '--webrtc-metrics-batch-size', '4');
      stages[compression] = await Stage.open({ flags: [...flags, '--media-workers', '1'], ...more });
    };
    await Promise.all([open('gzip', { chromium: {} }), open('none', {})]);
  });

  afterAll(async () => {
    await stages.gzip?.close();
    await stages.none?.close();
  });

  showServerOnFailure(() => stages.gzip?.server);
  showServerOnFailure(() => stages.none?.server);

  const connect = (stage: Stage, options: object = {}) => stage.connect(stages.gzip!.chromium, options);
  const described = async (page: SdkPage) =>
    (await page.call<Record<string, unknown>>('userData')).webRTCMetricsServerDescription;

  it.concurrent.each(
    COMPRESSIONS,
  )('arrive with compression %s from a publisher and from a player', async (compression) => {
    const stage = stages[compression]!;
    const [publisher, player] = await Promise.all([connect(stage, ONLY_WEBRTC), connect(stage, ONLY_WEBRTC)]);
    expect(await described(publisher)).toMatchObject({
      sampling: 250,
      batchSize: 4,
      compression: [compression],
    });
    await publisher.publishing('measured', CAMERA_320);
    const played = await player.playing('measured');
    await played.firstFrame();

    const ofPublisher = async () =>
      (await linesOf(stage.server.dataDir)).filter(
        ({ values }) => column([{ values } as Line], 'outbound-rtp', 'bytesSent').length > 0,
      );
    const ofPlayer = async () =>
      (await linesOf(stage.server.dataDir)).filter(
        ({ values }) => column([{ values } as Line], 'inbound-rtp', 'framesDecoded').length > 0,
      );
    await vi.waitFor(async () => {
      expect((await ofPublisher()).length).toBeGreaterThanOrEqual(12);
      expect((await ofPlayer()).length).toBeGreaterThanOrEqual(8);
    }, 20_000);

    const sent = await ofPublisher();
    expect(new Set(sent.map(({ sessionId, mediaSessionId }) => `${sessionId} ${mediaSessionId}`)).size).toBe(
      1,
    );
    const bytes = bytesSent(sent);
    expect(
      [...bytes].sort((a, b) => a - b),
      bytes.join(' '),
    ).toEqual(bytes);
    expect(bytes.at(-1)).toBeGreaterThan(bytes[0]! + 10_000);
    const times = sent.map(({ time }) => Date.parse(time));
    expect(Math.abs(times.at(-1)! - Date.now())).toBeLessThan(20_000);
    expect((times.at(-1)! - times[0]!) / (times.length - 1)).toBeGreaterThan(150);

    const received = await ofPlayer();
    expect(received[0]!.mediaSessionId).not.toBe(sent[0]!.mediaSessionId);
    const frames = column(received, 'inbound-rtp', 'framesDecoded').map(Number);
    expect(frames.at(-1), frames.join(' ')).toBeGreaterThan(frames[0]!);
    expect(await readdir(join(stage.server.dataDir, 'webrtc-metrics'))).toHaveLength(2);
    await Promise.all([publisher.close(), player.close()]);
  });

  it('are not asked of a page that can play otherwise too, and its streams work', async () => {
    const stage = stages.gzip!;
    // The last of those before may still be written.
    const measured = async () =>
      new Set((await linesOf(stage.server.dataDir)).map(({ sessionId }) => sessionId));
    const before = await measured();
    const [publisher, player] = await Promise.all([connect(stage), connect(stage)]);
    for (const page of [publisher, player]) {
      const userData = await page.call<{ mediaProviders: string[] }>('userData');
      expect(userData.mediaProviders).toContain('WSPlayer');
      expect(userData).not.toHaveProperty('webRTCMetricsServerDescription');
    }
    await publisher.publishing('unmeasured', CAMERA_320);
    const played = await player.playing('unmeasured');
    await played.firstFrame();
    const samples = await played.sample(3);
    expect(samples.at(-1)!.inbound.video!.framesDecoded!).toBeGreaterThan(
      samples[0]!.inbound.video!.framesDecoded!,
    );
    expect(await measured()).toEqual(before);
    await Promise.all([publisher.close(), player.close()]);
  });
});
