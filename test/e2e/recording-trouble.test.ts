import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import { SdkPage, type StreamStats, sdkScripts } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { decodeErrors, probe } from '../support/recording/probe.js';
import { egressPid, logLine, recordsBegun } from '../support/recording/records.js';
import { Server } from '../support/server.js';

const camera = { constraints: { audio: true, video: { width: 320, height: 180 } }, record: true };
const root = mkdtempSync(join(tmpdir(), 'recording-trouble-'));
/** What comes within the last piece, and before it is on the disk, ms. */
const mostLost = 2000;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

/** A server that records into a folder of the test's, and pages of its SDK. */
async function serve(
  { onTestFinished }: TestContext,
  folder: string,
  ...flags: string[]
): Promise<{ server: Server; pages: PageServer }> {
  const one = ['--media-workers', '1'];
  const server = await Server.start({ flags: ['--recording-folder', folder, ...one, ...flags] });
  const pages = await startPageServer(sdkScripts(server.httpUrl));
  // A test that fails has not come to where it stops its servers.
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(server.program.text());
    await server.kill();
  });
  return { server, pages };
}

/** A file system of 100 KiB; null where none can be mounted. */
function smallDisk(): string | null {
  const folder = join(root, 'small');
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return null;
  }
}

// Each has servers of its own, and mostly waits.
describe.concurrent('in trouble', () => {
  it('a recording whose process is killed is made whole, and its stream goes on in a new file', async (context) => {
    const folder = join(root, 'egress-killed');
    const { server, pages } = await serve(context, folder);
    const page = await SdkPage.connect(browser, pages.url, server.wsUrl);
    const stream = await page.publishing('killed', camera);
    await recordsBegun(folder, 1);
    await stream.sample(3);
    const [first] = readdirSync(folder).filter((name) => !name.startsWith('.'));
    process.kill(egressPid(server)!, 'SIGKILL');
    const killedAt = Date.now();

    const made = await logLine(server, 'a recording that was left unfinished has been made whole');
    expect(made).toMatchObject({ streamName: 'killed', recordName: first, recovered: true });
    expect(killedAt - Number(made.endedAt)).toBeLessThan(mostLost);
    await recordsBegun(folder, 2);
    await stream.sample(2);
    // The server stops in order: files are finished, and who published them is told their names.
    const stopping = server.stop();
    await stream.waitFor('FAILED');
    expect(await stream.recordInfo()).toBe(first);
    await stopping;
    const second = await logLine(server, 'recording finished');
    const whole = [first!, String(second.recordName)];
    for (const name of whole) {
      const { duration, streams } = await probe(join(folder, name));
      expect(duration).toBeGreaterThan(1);
      expect(streams.map(({ codec_name }) => codec_name)).toEqual(['h264', 'opus']);
      expect(await decodeErrors(join(folder, name))).toBe('');
    }
    // And beside each of them, whose it is.
    const all = whole.flatMap((name) => [name, `.${name}.stream.json`]);
    expect(readdirSync(folder).sort()).toEqual(all.sort());
    await page.close();
    await pages.close();
  });

  it('a recording whose server is killed is reported by the next one', async (context) => {
    const folder = join(root, 'server-killed');
    const first = await serve(context, folder);
    const page = await SdkPage.connect(browser, first.pages.url, first.server.wsUrl);
    const stream = await page.publishing('orphan', camera);
    await recordsBegun(folder, 1);
    await stream.sample(3);
    const killedAt = Date.now();
    await first.server.kill();
    await first.pages.close();
    await page.close();

    const reports: Record<string, unknown>[] = [];
    const hook = createServer(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      reports.push(JSON.parse(body));
      response.end();
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const { port } = hook.address() as AddressInfo;
    const next = await serve(context, folder, '--recording-hook-url', `http://127.0.0.1:${port}/hook`);
    await logLine(next.server, 'a recording that was left unfinished has been made whole');
    await vi.waitFor(() => expect(reports).toHaveLength(1), 5000);
    expect(reports[0]).toMatchObject({ streamName: 'orphan', recovered: true });
    expect(killedAt - Number(reports[0]!.endedAt)).toBeLessThan(mostLost);
    const [name, ...others] = readdirSync(folder).sort().reverse();
    expect(others).toEqual([`.${name}.stream.json`]);
    expect(await decodeErrors(join(folder, name!))).toBe('');
    hook.close();
    await next.pages.close();
    await next.server.stop();
  });

  it('a disk that is full, or no folder at all, ends recordings and nothing else', async (context) => {
    const disk = smallDisk();
    const file = join(root, 'file');
    writeFileSync(file, '');
    const cases: [string, string[], RegExp][] = [
      [join(file, 'in-a-file'), [], /^ENOTDIR|^EEXIST/],
      ...(disk ? [[disk, ['--recording-min-free-space', '0'], /^ENOSPC/] as [string, string[], RegExp]] : []),
    ];
    try {
      const fails = async ([folder, flags, reason]: (typeof cases)[0]) => {
        const { server, pages } = await serve(context, folder, ...flags);
        const page = await SdkPage.connect(browser, pages.url, server.wsUrl);
        const stream = await page.publishing('unlucky', camera);
        const failed = await logLine(server, 'recording failed, the stream goes on', undefined, 30_000);
        expect(failed.reason).toMatch(reason);
        const played = await page.playing('unlucky');
        await played.firstFrame();
        const [before, after] = await played.sample(1);
        const frames = (stats: StreamStats) => stats.inbound.video?.framesDecoded ?? 0;
        expect(frames(after!)).toBeGreaterThan(frames(before!));
        await stream.stop();
        await stream.waitFor('UNPUBLISHED');
        if (folder === disk) {
          const name = await stream.recordInfo();
          expect(await decodeErrors(join(folder, name!))).toBe('');
          expect((await probe(join(folder, name!))).duration).toBeGreaterThan(0.5);
        } else expect(await stream.recordInfo()).toBeNull();
        await page.close();
        await pages.close();
        await server.stop();
      };
      await Promise.all(cases.map(fails));
    } finally {
      if (disk) execFileSync('umount', ['-l', disk]);
    }
  });
});
