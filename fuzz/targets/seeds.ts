import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, which this may run in compiled or as it is. */
export const repository = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'test', 'fixtures'))) {
    if (folder === dirname(folder)) throw new Error('test/fixtures is not in a folder above the fuzzer');
    folder = dirname(folder);
  }
  return folder;
})();

const fixture = (name: string): string => readFileSync(join(repository, 'test', 'fixtures', name), 'utf8');

export const fromHex = (...texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex')));

/** Bytes of the pieces that an input is cut into: one to `most`, or as many as make 128 pieces. */
export const pieceOf = (length: number, most: number): number =>
  Math.max(1 + (length % most), Math.ceil(length / 128));

export const fromText = (...texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new Uint8Array(Buffer.from(text)));

interface Captured {
  readonly payload: string;
  readonly descriptor?: string;
}

/** What Chromium sent of a codec, whose modes begin with its name. */
export function capturedPayloads(codec: string): Uint8Array[] {
  return captured(codec).map(({ payload }) => new Uint8Array(Buffer.from(payload, 'hex')));
}

/** Dependency descriptors of Chromium. */
export function capturedDescriptors(): Uint8Array[] {
  return captured('AV1').flatMap(({ descriptor }) => (descriptor ? fromHex(descriptor) : []));
}

function captured(codec: string): Captured[] {
  const modes = JSON.parse(fixture('rtp/chromium-payloads.json')) as Record<string, Captured[]>;
  return Object.entries(modes).flatMap(([mode, packets]) => (mode.startsWith(codec) ? packets : []));
}

/** What ffmpeg encoded: frames, or RTP payloads where there are some. */
export function encoded(codec: string, what: 'frames' | 'payloads'): Uint8Array[] {
  const codecs = JSON.parse(fixture('rtp/encoded-frames.json')) as Record<string, Record<string, unknown>>;
  const list = codecs[codec]?.[what];
  if (!Array.isArray(list)) return [];
  return list
    .flat()
    .filter((one) => typeof one === 'string')
    .map((one) => new Uint8Array(Buffer.from(one, 'base64')));
}

interface Frame {
  readonly msg?: { readonly message: string; readonly data: readonly unknown[] };
}

const RECORDED = [
  'raw-websocket-api-chrome-71.json',
  'websdk-2.0.276-chromium-156.json',
  'websdk-2.0.276-firefox-153.json',
];

/** Every message of the recorded conversations, and those of the transcripts that clients send. */
export function messages(): Uint8Array[] {
  const recorded = RECORDED.flatMap((name) => JSON.parse(fixture(name)) as Frame[])
    .filter(({ msg }) => msg !== undefined)
    .map(({ msg }) => JSON.stringify(msg));
  const folder = join(repository, 'test', 'transcripts');
  const written = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .flatMap((name) => transcriptMessages(readFileSync(join(folder, name), 'utf8')));
  return fromText(...new Set([...recorded, ...written]));
}

/** `A > name`, then its argument, further to the right. */
function transcriptMessages(text: string): string[] {
  return [...text.matchAll(/^\w+ > (\w+)\n((?: .*\n)*)/gm)].flatMap(([, message, data = '']) => {
    try {
      return [JSON.stringify({ message, data: data.trim() === '' ? [] : [JSON.parse(data)] })];
    } catch {
      return [];
    }
  });
}

/** Offers of browsers. */
export function offers(): Uint8Array[] {
  const recorded = RECORDED.flatMap((name) => JSON.parse(fixture(name)) as Frame[]).flatMap(({ msg }) => {
    const sdp = (msg?.data[0] as { sdp?: unknown } | undefined)?.sdp;
    return typeof sdp === 'string' && sdp.startsWith('v=0') ? [sdp] : [];
  });
  return fromText(fixture('chrome-71-publish-offer.sdp'), fixture('chrome-71-play-offer.sdp'), ...recorded);
}
