import type { Config } from '../../config/index.js';
import { type Logger, reasonOf } from '../../kit/index.js';
import type { SignalingExtension } from '../../signaling/index.js';
import type { Gate, Session } from '../../streams/index.js';
import { StreamInfo } from '../../wire/index.js';
import { fileKeys, type Keys, remoteKeys, secretKeys } from './keys.js';
import type { Person } from './rules.js';
import { RulesFile } from './rules-file.js';
import { type Grant, Tokens } from './tokens.js';

/** Who may publish and play what, by tokens and rules, without a backend. */
export interface Access {
  readonly gate: Gate;
  readonly extension: SignalingExtension;
  /** Whether somebody who is no client may have what has been published under a name. Never rejects. */
  mayPlay(token: string | null, address: string, streamName: string): Promise<boolean>;
  close(): void;
}

/**
 * @param clock ms since 1970
 * @returns null where neither a key nor rules are set: everything is allowed
 * @throws (rejects) Fault when a file cannot be used
 */
export async function createAccess(
  { access: settings }: Pick<Config, 'access'>,
  log: Logger,
  clock: () => number,
): Promise<Access | null> {
  const keys = await keysOf(settings);
  const file = settings.rulesFile === '' ? null : new RulesFile(settings.rulesFile, log);
  if (!keys && !file) return null;
  const tokens = keys && new Tokens(keys, settings);
  const grants = new WeakMap<Session, Grant>();

  const admit = async (session: Session) => {
    const token = tokenOf(session);
    if (tokens && token !== null) {
      try {
        grants.set(session, await tokens.verify(token, clock()));
      } catch (error) {
        log.info({ session: session.id, reason: reasonOf(error) }, 'token refused');
      }
    }
    const refused = settings.requireToken && !grants.has(session) ? StreamInfo.RESTRICTED_ACCESS : null;
    return { refused };
  };

  return {
    gate: {
      check: async (session, { kind, streamName }) => {
        // Whether a stream is there, and what it looks like, is for those who may play it.
        const what = kind === 'publish' ? 'publish' : 'play';
        const grant = grants.get(session);
        if (grant && clock() < grant.expires && grant.rights.allow(what, streamName)) return null;
        if (file?.rules.allow(personOf(session), what, streamName)) return null;
        return StreamInfo.RESTRICTED_ACCESS;
      },
    },
    mayPlay: async (token, address, streamName) => {
      // Nobody: neither an application nor a login; rules that want one are for clients.
      if (file?.rules.allow({ appKey: '', login: '', address, token }, 'play', streamName)) return true;
      if (!tokens || token === null) return false;
      const grant = await tokens.verify(token, clock()).catch(() => null);
      return grant?.rights.allow('play', streamName) ?? false;
    },
    extension: { handlers: {}, ...(tokens ? { admit } : {}) },
    close: () => file?.close(),
  };
}

async function keysOf({ jwtSecret, jwtKeyFile, jwksUrl }: Config['access']): Promise<Keys | null> {
  if (jwtSecret !== '') return secretKeys(jwtSecret);
  if (jwtKeyFile !== '') return fileKeys(jwtKeyFile);
  return jwksUrl === '' ? null : remoteKeys(jwksUrl);
}

/** `custom.token`, as the Room API sends it (WCS spec B.1), else the URL's. */
function tokenOf({ identity }: Session): string | null {
  const token = fieldOf(identity.custom, 'token') || (identity.urlToken ?? '');
  return token === '' ? null : token;
}

function personOf(session: Session): Person {
  const { appKey, remoteAddress, custom } = session.identity;
  return { appKey, login: fieldOf(custom, 'login'), address: remoteAddress, token: tokenOf(session) };
}

/** @returns '' for what is no text */
function fieldOf(custom: unknown, name: string): string {
  if (typeof custom !== 'object' || custom === null) return '';
  const value = (custom as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}
