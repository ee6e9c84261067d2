import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { SdkStream } from '../browser/sdk-page.js';
import type { Server } from '../server.js';

/** The recordings of a folder, without the hidden files beside them. */
export function recordsIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
}

/** Waits until so many recordings have begun. */
export async function recordsBegun(folder: string, count: number): Promise<void> {
  await vi.waitFor(() => expect(recordsIn(folder)).toHaveLength(count), 20_000);
}

/** Stops a publisher; resolves with the name of its recording, once that can be had. */
export async function recordOf(stream: SdkStream): Promise<string> {
  await stream.stop();
  await stream.waitFor('UNPUBLISHED');
  const name = await stream.recordInfo();
  expect(name, `of ${stream.key}`).toMatch(/^[\w.~-]+\.(mp4|webm|mkv)$/);
  return name!;
}

/** Fetches a recording into a folder. @returns its path there, and its type */
export async function fetchRecord(server: Server, name: string, folder: string) {
  const response = await fetch(new URL(`/client/records/${name}`, server.httpUrl));
  expect(response.status).toBe(200);
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  return { path, type: response.headers.get('content-type') };
}

/** The egress process of a server; null while there is none. */
export function egressPid(server: Server): number | null {
  const parent = server.program.pid!;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The fields behind the name, which stands in parentheses: state, parent.
      const [, ofParent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(ofParent) === parent && command.includes('egress-process')) return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  return null;
}

/** Waits for a line of a server's log. @returns its fields */
export async function logLine(
  server: Server,
  message: string,
  about: (entry: Record<string, unknown>) => boolean = () => true,
  ms = 15_000,
): Promise<Record<string, unknown>> {
  const entryOf = (text: string): Record<string, unknown> | null =>
    text.startsWith('{') ? JSON.parse(text) : null;
  const line = await server.program.output.waitFor(
    message,
    ({ text }) => {
      const entry = entryOf(text);
      return entry?.msg === message && about(entry);
    },
    ms,
  );
  return entryOf(line.text)!;
}
