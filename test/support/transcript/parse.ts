import type { Direction, Json, Receive, Send, SendFrame, Setting, Step, Transcript } from './transcript.js';

/** A transcript that cannot be understood. */
export class TranscriptFault extends Error {
  override readonly name = 'TranscriptFault';

  constructor(problem: string, line: number, text: string) {
    super(`line ${line}: ${problem}: ${text}`);
  }
}

interface Entry {
  readonly line: number;
  readonly text: string;
  /** The indented lines that follow, trimmed. */
  readonly more: string;
}

/**
 * Reads a transcript (test/transcripts/README.md describes the form). Whatever is not understood is a fault: a line that
 * is passed over would prove nothing.
 * @throws TranscriptFault
 */
export function parseTranscript(text: string): Transcript {
  const lines = text.split('\n');
  const title = /^# (\S.*)$/.exec(lines[0] ?? '')?.[1];
  if (title === undefined) throw new TranscriptFault('the first line is no title', 1, lines[0] ?? '');
  const settings: Setting[] = [];
  const steps: Step[] = [];
  const before = new Map<string, readonly Json[]>();
  for (const entry of entries(lines)) {
    const setting = /^\[setting (\S+) (.+)\]$/.exec(entry.text);
    if (!setting) steps.push(readStep(entry, before));
    else if (steps.length > 0) throw fault('a setting after the first step', entry);
    else
      settings.push({
        path: setting[1] as string,
        value: readValues(setting[2] as string, entry)[0] ?? null,
      });
  }
  if (!steps.some(expectsSomething)) throw new TranscriptFault('expects nothing', lines.length, title);
  return { title, settings, steps };
}

function expectsSomething(step: Step): boolean {
  return (
    step.kind === 'receive' || (step.kind === 'direction' && /^nothing for | is closed /.test(step.direction))
  );
}

function fault(problem: string, { line, text }: Entry): TranscriptFault {
  return new TranscriptFault(problem, line, text);
}

/** Lines that say something, each with its continuation; `#` lines are prose. */
function entries(lines: readonly string[]): Entry[] {
  const found: Entry[] = [];
  for (const [index, text] of lines.entries()) {
    if (text.trim() === '' || text.startsWith('#')) continue;
    if (!text.startsWith(' ')) {
      found.push({ line: index + 1, text: text.trimEnd(), more: '' });
      continue;
    }
    const last = found.pop();
    if (!last) throw new TranscriptFault('continues nothing', index + 1, text);
    found.push({ ...last, more: `${last.more} ${text.trim()}` });
  }
  return found;
}

function readStep(entry: Entry, before: Map<string, readonly Json[]>): Step {
  const { line, text } = entry;
  const direction = /^\[(.+)\]$/.exec(text)?.[1];
  if (direction !== undefined) {
    if (entry.more !== '') throw fault('a direction has one line', entry);
    return { kind: 'direction', line, text, direction } satisfies Direction;
  }
  const [, client = '', arrow, rest = ''] = /^([A-Z]) (>>|>|<) (.+)$/.exec(text) ?? [];
  if (arrow === undefined) throw fault('neither a message nor a direction', entry);
  if (arrow === '>>') {
    const frame = readFrame(`${rest}${entry.more}`, entry);
    return { kind: 'send frame', line, text, client, frame } satisfies SendFrame;
  }
  const [, message = '', written = ''] = /^(\w+)(.*)$/.exec(`${rest}${entry.more}`) ?? [];
  if (message === '') throw fault('no message name', entry);
  const key = `${arrow} ${message}`;
  const data = readData(written.trim(), before.get(key), entry);
  before.set(key, data);
  if (arrow === '<') return { kind: 'receive', line, text, client, message, data } satisfies Receive;
  return { kind: 'send', line, text, client, message, data } satisfies Send;
}

/** The arguments, or `as before, but {…}`: those of the last such message, with other fields in the first argument. */
function readData(written: string, before: readonly Json[] | undefined, entry: Entry): readonly Json[] {
  const changes = /^as before, but (\{.*\})$/.exec(written)?.[1];
  if (changes === undefined) return readValues(written, entry);
  const [first, ...others] = before ?? [];
  if (!isFields(first)) throw fault('nothing like it came before', entry);
  const merged = { ...first, ...(readValues(changes, entry)[0] as Fields) };
  return [Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== '<absent>')), ...others];
}

type Fields = { readonly [key: string]: Json };

function isFields(value: Json | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readValues(written: string, entry: Entry): Json[] {
  try {
    return JSON.parse(`[${written}]`) as Json[];
  } catch {
    throw fault('no JSON', entry);
  }
}

function readFrame(written: string, entry: Entry): string | Uint8Array {
  const bytes = /^<binary(( [0-9a-f]{2})*)>$/.exec(written)?.[1];
  if (bytes === undefined && written.startsWith('<binary')) throw fault('no bytes', entry);
  return bytes === undefined ? written : Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}
