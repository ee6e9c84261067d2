import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogger, type Logger } from '../../../../src/kit/index.js';
import type { Client, SignalingExtension } from '../../../../src/signaling/index.js';
import { type MediaSession, Session } from '../../../../src/streams/index.js';
import { decode } from '../../../../src/wire/index.js';

/** A client of one extension: what it sends goes through `decode`, what it gets is kept. */
export class PluginClient implements Client {
  readonly received: { message: string; data: Record<string, unknown>[] }[] = [];
  readonly welcomed: Readonly<Record<string, unknown>>;

  constructor(
    private readonly extension: SignalingExtension,
    connection: object = { mediaProviders: ['WebRTC'], clientBrowserVersion: 'Browser/1' },
    readonly session = new Session('session-1', 'auth+token/1', {
      appKey: 'defaultApp',
      custom: undefined,
      remoteAddress: '192.0.2.7',
    }),
  ) {
    const request = decode(JSON.stringify({ message: 'connection', data: [connection] }));
    if (request.name !== 'connection') throw new Error(request.name);
    this.welcomed = extension.welcome?.(this, request.data) ?? {};
  }

  /** From the server. */
  readonly send = (text: string): void => {
    this.extension.onTraffic?.(this, 'out', text);
    this.received.push(JSON.parse(text));
  };

  /** To the server; resolves when it is done with it. */
  async say(message: string, payload: unknown): Promise<void> {
    const text = JSON.stringify({ message, data: [payload] });
    const decoded = decode(text);
    this.extension.onTraffic?.(this, 'in', text);
    const handler = this.extension.handlers[decoded.name as 'pushLogs'] as
      | ((data: unknown, client: Client) => unknown)
      | undefined;
    await handler?.('data' in decoded ? decoded.data : undefined, this);
  }

  /** What it got last. */
  last(): { message: string; data: Record<string, unknown>[] } | undefined {
    return this.received.at(-1);
  }

  /** Takes a media session as its own, and gives it. */
  own(id: string): MediaSession {
    const mediaSession = { id, session: this.session } as MediaSession;
    this.session.mediaSessions.set(id, mediaSession);
    return mediaSession;
  }
}

/** A data folder that is gone after the test. */
export function dataFolder() {
  const path = mkdtempSync(join(tmpdir(), 'sluice-data-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    /** The texts of the files in a folder of it, oldest first. */
    texts: (folder: string): string[] =>
      names(join(path, folder)).map((name) => readFileSync(join(path, folder, name), 'utf8')),
    names: (folder: string): string[] => names(join(path, folder)),
  };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** A log whose lines can be looked at. */
export function keptLog(level: 'debug' | 'info' = 'debug'): {
  log: Logger;
  lines: Record<string, unknown>[];
  raw: string[];
} {
  const raw: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const write = (text: string) => {
    raw.push(text);
    lines.push(JSON.parse(text));
  };
  return { log: createLogger({ level, output: { write } }), lines, raw };
}
