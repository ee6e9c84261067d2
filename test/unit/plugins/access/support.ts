import { createLogger } from '../../../../src/kit/index.js';
import { createAccess } from '../../../../src/plugins/access/index.js';
import { Session } from '../../../../src/streams/index.js';
import type { Connection } from '../../../../src/wire/index.js';
import { configOf } from '../../../support/extensions.js';
import { playRequest, publishRequest } from '../../streams/support.js';

export const secret = 'a secret of at least thirty-two bytes';
export const now = 1_800_000_000_000;
/** `now`, as claims have it. */
export const nowSeconds = now / 1000;
export const rights = { publish: ['a-*'], play: ['*'] };

export interface From {
  readonly appKey?: string;
  readonly custom?: unknown;
  readonly remoteAddress?: string;
  readonly urlToken?: string;
}

/** Access by these settings of its group, its clock under control; `may` asks for a client. */
export async function makeAccess(settings: Readonly<Record<string, unknown>>) {
  const config = configOf(
    Object.fromEntries(Object.entries(settings).map(([name, value]) => [`access.${name}`, value])),
  );
  const lines: string[] = [];
  const log = createLogger({ level: 'info', output: { write: (line) => void lines.push(line) } });
  const clock = { now };
  const access = await createAccess(config, log, () => clock.now);
  if (!access) throw new Error('the settings let everybody do everything');
  const connect = async (from: From) => {
    const identity = { appKey: 'defaultApp', custom: undefined, remoteAddress: '127.0.0.1', ...from };
    const session = new Session('session', 'auth', identity);
    const admittance = (await access.extension.admit?.(session, {} as Connection)) ?? { refused: null };
    return { session, admittance };
  };
  const check = async (session: Session, kind: 'publish' | 'play' | 'query', streamName: string) => {
    if (kind === 'query') return access.gate.check(session, { kind, streamName });
    return kind === 'publish'
      ? access.gate.check(session, { kind, streamName, request: publishRequest({ name: streamName }) })
      : access.gate.check(session, { kind, streamName, request: playRequest({ name: streamName }) });
  };
  /** Whether a client may do something: null or the refusal. */
  const may = async (from: From, kind: 'publish' | 'play' | 'query', streamName: string) =>
    check((await connect(from)).session, kind, streamName);
  return { access, connect, check, may, clock, lines };
}
