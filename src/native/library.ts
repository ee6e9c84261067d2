import koffi from 'koffi';

/** A C signature: the result, then the arguments, as koffi type names. Pointers travel as `int64_t`. */
export type Signature = readonly [result: string, args: readonly string[]];

/** The JavaScript function that calls a C function of that signature. */
export type FunctionOf<S> = S extends readonly [infer R, infer A extends readonly string[]]
  ? (...args: { [I in keyof A]: A[I] extends 'str' ? string : number }) => R extends 'void' ? void : number
  : never;

export type Bound<T> = { readonly [K in keyof T]: FunctionOf<T[K]> };

/** What this module needs of a loaded shared library. */
export interface Library {
  func(name: string, result: string, args: string[]): unknown;
}

export interface Binding<T> {
  readonly functions: Bound<T>;
  /** Names the library does not export; `functions` lacks them. */
  readonly missing: readonly string[];
}

/** Looks up every function of `table` in `library`. */
export function bind<T extends Record<string, Signature>>(library: Library, table: T): Binding<T> {
  const functions: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [name, [result, args]] of Object.entries(table)) {
    try {
      functions[name] = library.func(name, result, [...args]);
    } catch {
      missing.push(name);
    }
  }
  return { functions: functions as Bound<T>, missing };
}

/** Loads a shared library, or the running program itself when `name` is null; null when there is none. */
export function load(name: string | null): Library | null {
  try {
    return koffi.load(name) as Library;
  } catch {
    return null;
  }
}
