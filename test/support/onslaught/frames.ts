import { readFileSync } from 'node:fs';
import { clientSchemas, decode, LEGACY_MESSAGES } from '../../../src/wire/index.js';
import type { Recording } from '../offers.js';
import type { Dice } from './dice.js';
import { oddValue, spoilSdp } from './values.js';

/** A frame to throw, and what it must do to an established session. */
export interface Missile {
  readonly data: string | Buffer;
  readonly binary: boolean;
  /** With which code the socket is closed for it; null when it stays open. */
  readonly closes: 1007 | 1009 | null;
}

interface Message {
  readonly message: string;
  readonly data: readonly unknown[];
}

const recordings: readonly Recording[] = [
  'raw-websocket-api-chrome-71',
  'websdk-2.0.276-chromium-156',
  'websdk-2.0.276-firefox-153',
];

function recorded(recording: Recording): Message[] {
  const text = readFileSync(new URL(`../../fixtures/${recording}.json`, import.meta.url), 'utf8');
  const frames = JSON.parse(text) as { dir: string; msg: Message }[];
  return frames.filter(({ dir }) => dir === 'c2s').map(({ msg }) => msg);
}

/** Every message there is at least once, publishing and playing and stopping more often. */
const messages: readonly Message[] = [
  ...recordings.flatMap(recorded),
  ...['stopStream', 'unPublishStream', 'availableStream', 'snapshot'].flatMap((message) =>
    Array.from({ length: 4 }, () => ({ message, data: [{ mediaSessionId: '', name: '' }] })),
  ),
  ...['join', 'leave', 'sendMessage', 'dance'].flatMap((command) =>
    ['room0', 'room1'].map((name) => ({
      message: 'sendData',
      data: [
        {
          operationId: 'o',
          payload: { command, options: { name, roomConfig: { name }, to: 'login1', text: 'hello' } },
        },
      ],
    })),
  ),
  ...[...Object.keys(clientSchemas), ...LEGACY_MESSAGES].map((message) => ({
    message,
    data: [
      {
        mediaSessionId: '',
        name: '',
        operationId: 'o',
        callId: 'c',
        type: 'data',
        payload: { a: 1 },
        command: 'start',
        logs: 'line\n',
        headers: 'a,b',
        metrics: '["1;2"]',
      },
    ],
  })),
];

/** So few that clients meet at them. */
const ids = Array.from({ length: 24 }, (_, index) => `id${index}`);
const names = Array.from({ length: 6 }, (_, index) => `name${index}`);

export interface Targets {
  /** Ids and names that live all the while, and must survive. */
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** Bytes. */
  readonly maxMessageSize: number;
}

/** The next thing to throw. */
export function missile(dice: Dice, targets: Targets): Missile {
  if (dice.oneIn(100)) return { data: Buffer.from('\x00\xff{}'), binary: true, closes: null };
  if (dice.oneIn(800)) return { data: Buffer.from([0x22, 0xff, 0xfe]), binary: false, closes: 1007 };
  if (dice.oneIn(800)) return { data: 'x'.repeat(targets.maxMessageSize + 1), binary: false, closes: 1009 };
  let text = JSON.stringify(envelope(message(dice, targets), dice));
  if (dice.oneIn(25)) text = spoilText(text, dice);
  if (Buffer.byteLength(text) > targets.maxMessageSize) return { data: text, binary: false, closes: 1009 };
  return { data: text, binary: false, closes: decode(text).name === 'malformed' ? 1007 : null };
}

function message(dice: Dice, targets: Targets): Message {
  const { message, data } = dice.pick(messages);
  const first = data[0];
  if (typeof first !== 'object' || first === null) return { message, data };
  const payload: Record<string, unknown> = { ...first };
  if ('mediaSessionId' in payload) payload.mediaSessionId = dice.pick(dice.oneIn(20) ? targets.ids : ids);
  if (typeof payload.sdp === 'string' && dice.oneIn(3)) payload.custom = { name: 'room0' };
  if ('name' in payload) payload.name = dice.pick(dice.oneIn(8) ? targets.names : names);
  if (typeof payload.sdp === 'string' && dice.oneIn(3)) payload.sdp = spoilSdp(payload.sdp, dice);
  if (dice.oneIn(3)) {
    for (let count = 1 + dice.below(3); count > 0; count -= 1) spoilField(payload, dice);
  }
  return { message, data: [payload] };
}

function spoilField(payload: Record<string, unknown>, dice: Dice): void {
  const field = dice.oneIn(8) ? dice.pick(['__proto__', 'custom', 'x', '']) : dice.pick(Object.keys(payload));
  // Not an assignment, which would set the prototype.
  const value = dice.oneIn(6) ? undefined : oddValue(dice);
  Object.defineProperty(payload, field ?? 'x', {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Mostly the protocol's own; else one that is not. */
function envelope({ message, data }: Message, dice: Dice): unknown {
  if (!dice.oneIn(12)) return { message, data };
  const [payload] = data;
  return dice.pick<() => unknown>([
    () => ({ message }),
    () => ({ message, data: payload }),
    () => ({ message, data: [data] }),
    () => ({ message, data: [payload, payload, 7] }),
    () => ({ message, data: oddValue(dice) }),
    () => ({ message, data: [oddValue(dice)] }),
    () => ({ message: message.toUpperCase(), data }),
    () => ({ message: oddValue(dice), data }),
    () => ({ data }),
    () => [{ message, data }],
    () => oddValue(dice),
  ])();
}

function spoilText(text: string, dice: Dice): string {
  const at = dice.below(text.length);
  switch (dice.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + dice.pick(['"', '{', '[', '\\', '\0', ',', '😀']) + text.slice(at + 1);
    case 2:
      return text.replace('{', '{"message":"ping","data":[{}],');
    case 3:
      return text.replace(/}$/, ',"message":"pong","data":[]}');
    default:
      return text.replace('"data":[', `"data":[${'['.repeat(70)}${']'.repeat(70)},`);
  }
}
