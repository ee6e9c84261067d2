import type { JsonObject } from '../../wire/index.js';

export type OnError = 'LOG' | 'FAIL';

/** How one method is called, and what its answer may do: an entry of `restClientConfig` (WCS spec G.3). */
export interface MethodPolicy {
  /** Fields of the event of this name that the client does not get. */
  readonly clientExclude: ReadonlySet<string>;
  /** Fields that the backend does not get. */
  readonly restExclude: ReadonlySet<string>;
  readonly restOnError: OnError;
  readonly restPolicy: 'NOTIFY' | 'OVERWRITE' | 'DISABLE';
  /** Fields that the answer may set, with OVERWRITE. */
  readonly restOverwrite: ReadonlySet<string>;
}

const maxMethods = 64;
const maxFields = 64;
const none: ReadonlySet<string> = new Set();

/** The policies of one client: what its backend said when it connected, else the defaults. */
export class Policies {
  private readonly byMethod = new Map<string, MethodPolicy>();
  private readonly usual: MethodPolicy;

  /**
   * @param config `restClientConfig` of the answer to `connect`; what is wrong in it counts as absent
   * @param onError where it does not say
   */
  constructor(config: unknown, onError: OnError) {
    this.usual = {
      clientExclude: none,
      restExclude: none,
      restOnError: onError,
      restPolicy: 'NOTIFY',
      restOverwrite: none,
    };
    for (const [method, value] of Object.entries(objectOf(config)).slice(0, maxMethods))
      this.byMethod.set(method, this.read(objectOf(value)));
  }

  of(method: string): MethodPolicy {
    return this.byMethod.get(method) ?? this.usual;
  }

  private read(value: JsonObject): MethodPolicy {
    const { usual } = this;
    return {
      clientExclude: fields(value.clientExclude),
      restExclude: fields(value.restExclude),
      restOnError: oneOf(value.restOnError, ['LOG', 'FAIL'], usual.restOnError),
      restPolicy: oneOf(value.restPolicy, ['NOTIFY', 'OVERWRITE', 'DISABLE'], usual.restPolicy),
      restOverwrite: fields(value.restOverwrite),
    };
  }
}

/** Without the fields of a set. */
export function without(body: JsonObject, excluded: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !excluded.has(name)));
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[], fallback: Name): Name {
  return names.find((name) => typeof value === 'string' && name === value.toUpperCase()) ?? fallback;
}

/** `a, b` */
function fields(value: unknown): ReadonlySet<string> {
  if (typeof value !== 'string') return none;
  const names = value.split(',', maxFields).map((name) => name.trim());
  return new Set(names.filter((name) => name !== ''));
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
