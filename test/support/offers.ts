import { readFileSync } from 'node:fs';

interface Recorded {
  readonly dir: string;
  readonly msg?: { readonly message: string; readonly data: readonly [Record<string, unknown>] };
}

/** Recordings of what real clients send, under test/fixtures. */
export type Recording =
  | 'websdk-2.0.276-chromium-156'
  | 'websdk-2.0.276-firefox-153'
  | 'raw-websocket-api-chrome-71';

/** The payload of the first message of this name that a client sent in a recording, with a new media session id. */
export function recordedPayload(
  recording: Recording,
  message: 'publishStream' | 'playStream',
  changes: { readonly mediaSessionId: string; readonly [field: string]: unknown },
): Record<string, unknown> {
  const file = new URL(`../fixtures/${recording}.json`, import.meta.url);
  const messages = JSON.parse(readFileSync(file, 'utf8')) as Recorded[];
  const found = messages.find(({ dir, msg }) => dir === 'c2s' && msg?.message === message);
  if (!found?.msg) throw new Error(`${recording} has no ${message}`);
  return { ...found.msg.data[0], ...changes };
}
