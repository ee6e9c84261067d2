import type { Actor } from './actor.js';
import { answerProblems } from './check-answer.js';
import { type Check, differences, isPlaceholder } from './compare.js';
import { namedOffer } from './offers.js';
import type { Json } from './transcript.js';

/** What a placeholder may ask of the world around it. */
export interface Surroundings {
  readonly version: string;
  /** ms since 1970: the server's clock stands still. */
  readonly now: number;
  actor(name: string): Actor;
  /** Notes a token. @returns false when a session has had it before */
  isNewToken(token: string): boolean;
}

/** Placeholders of what a client sends, each written out. @throws Error at an unknown one */
export function fillIn(value: Json, surroundings: Surroundings): Json {
  if (typeof value === 'string' && isPlaceholder(value)) return sent(value.slice(1, -1), surroundings);
  if (Array.isArray(value)) return value.map((item) => fillIn(item as Json, surroundings));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, surroundings)]));
}

function sent(placeholder: string, surroundings: Surroundings): string {
  const [, client] = /^token of ([A-Z])$/.exec(placeholder) ?? [];
  if (client !== undefined) return surroundings.actor(client).token ?? '';
  const [, count] = /^(\d{1,7}) characters$/.exec(placeholder) ?? [];
  if (count !== undefined) return 'x'.repeat(Number(count));
  return namedOffer(placeholder);
}

/** Checks placeholders in a message that a client got. */
export function received(actor: Actor, data: readonly unknown[], surroundings: Surroundings): Check {
  const subject = (data[0] ?? {}) as { readonly mediaSessionId?: Json; readonly name?: Json };
  const checks: Readonly<Record<string, (actual: unknown) => string | null>> = {
    token: (actual) => {
      if (!/^[A-Za-z0-9+/]{32}$/.test(String(actual))) return `is ${JSON.stringify(actual)}`;
      return surroundings.isNewToken(String(actual)) ? null : 'is the token of another session';
    },
    'debug file': (actual) => matches(/^client\/debug\/[A-Za-z0-9._-]+\.jsonl$/, actual),
    'report file': (actual) => matches(/^[A-Za-z0-9._-]+\.json$/, actual),
    version: (actual) => equals(surroundings.version, actual),
    'creation date': (actual) => equals(surroundings.now, actual),
    'stream info': (actual) => {
      const { mediaSessionId = null, name = null } = subject;
      const wrong = differences(streamInfo(mediaSessionId, name), actual, () => 'is unknown');
      return wrong.length === 0 ? null : wrong.join('; ');
    },
  };
  return (placeholder, actual) => {
    const [, , kind] = /^answer(, (\w+) rejected)?$/.exec(placeholder) ?? [];
    const [, owner] = /^token of ([A-Z])$/.exec(placeholder) ?? [];
    if (owner !== undefined) return equals(surroundings.actor(owner).token, actual);
    if (placeholder.startsWith('answer'))
      return answered(actor, data, actual, kind === undefined ? [] : [kind]);
    return checks[placeholder]?.(actual) ?? (Object.hasOwn(checks, placeholder) ? null : 'means nothing');
  };
}

function answered(actor: Actor, data: readonly unknown[], actual: unknown, rejected: readonly string[]) {
  const offer = actor.offers.get(String(data[0]));
  if (offer === undefined) return `answers nothing that ${actor.name} offered`;
  const problems = answerProblems(String(actual), offer, rejected);
  return problems.length === 0 ? null : problems.join('; ');
}

function equals(expected: Json, actual: unknown): string | null {
  return expected === actual ? null : `is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}

function matches(pattern: RegExp, actual: unknown): string | null {
  return pattern.test(String(actual)) ? null : `is ${JSON.stringify(actual)}`;
}

/** As the description shows it. */
function streamInfo(mediaSessionId: Json, name: Json): Json {
  const unknown = { nodeId: null, appKey: null, sessionId: null, samplingTime: null, recordTimestamp: null };
  return { ...unknown, mediaSessionId, name, recordStarted: false };
}
