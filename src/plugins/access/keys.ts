import { readFileSync } from 'node:fs';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  importJWK,
  importSPKI,
  importX509,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { Fault, reasonOf } from '../../kit/index.js';

/** What finds the key of a token, and the algorithms that such a key is for: no token chooses another one. */
export interface Keys {
  readonly find: JWTVerifyGetKey;
  readonly algorithms: readonly string[];
}

const asymmetric = ['RS256', 'ES256'] as const;
const largestSet = 256 * 1024;
const fetchTimeout = 5000;
/** Least time between two fetches: an unknown key id is no reason for more. */
const cooldown = 30_000;
const cacheMaxAge = 600_000;
/** The same after one that failed. */
const failureCooldown = 5000;

export function secretKeys(secret: string): Keys {
  const key = new TextEncoder().encode(secret);
  return { find: async () => key, algorithms: ['HS256'] };
}

/** @throws Fault when the file holds no public key */
export async function fileKeys(path: string): Promise<Keys> {
  try {
    return { find: await readKeys(readFileSync(path, 'utf8')), algorithms: asymmetric };
  } catch (error) {
    throw Fault.of('JWT_KEY_INVALID', { path, reason: reasonOf(error) });
  }
}

async function readKeys(text: string): Promise<JWTVerifyGetKey> {
  if (/^\s*-----BEGIN (PUBLIC KEY|CERTIFICATE)-----/.test(text)) {
    const read = text.includes('CERTIFICATE') ? importX509 : importSPKI;
    const readable = await Promise.allSettled(
      asymmetric.map(async (algorithm) => [algorithm, await read(text, algorithm)] as const),
    );
    const keys = new Map(readable.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
    if (keys.size === 0) throw new Error('it holds no key for RS256 or ES256');
    return async ({ alg }) => {
      const key = keys.get(alg as (typeof asymmetric)[number]);
      if (!key) throw new Error('the key is for another algorithm');
      return key;
    };
  }
  if (text.includes('PRIVATE KEY')) throw new Error('it holds a private key; give the public one');
  const value = JSON.parse(text) as JWK & { keys?: JWK[] };
  const set = Array.isArray(value.keys) ? value.keys : [value];
  for (const key of set) {
    if (key.kty !== 'RSA' && key.kty !== 'EC') throw new Error('it holds a key that is neither RSA nor EC');
    if (key.d !== undefined) throw new Error('it holds a private key; give the public one');
    await importJWK(key, key.alg ?? (key.kty === 'RSA' ? 'RS256' : 'ES256'));
  }
  return createLocalJWKSet({ keys: set });
}

/** Fetched when the first token comes, then when it is old or lacks a key, but rarely. */
export function remoteKeys(url: string): Keys {
  let notBefore = Number.NEGATIVE_INFINITY;
  const find = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeout,
    cooldownDuration: cooldown,
    cacheMaxAge,
    [customFetch]: async (address, options) => {
      if (performance.now() < notBefore) throw new Error('the keys could not be fetched a moment ago');
      try {
        const response = await fetch(address, { ...options, redirect: 'error' });
        return Response.json(setOf(await boundedText(response)));
      } catch (error) {
        notBefore = performance.now() + failureCooldown;
        throw error;
      }
    },
  });
  return { find, algorithms: asymmetric };
}

/** @throws Error when it is none */
function setOf(text: string): object {
  const value = JSON.parse(text) as { keys?: unknown } | null;
  if (!Array.isArray(value?.keys)) throw new Error('it is no set of keys');
  return { keys: value.keys };
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > largestSet) throw new Error('the set of keys is too large');
    chunks.push(chunk);
  }
  if (!response.ok) throw new Error(`the set of keys was answered with ${response.status}`);
  return Buffer.concat(chunks).toString();
}
