/** What an answer of the REST API v1 came to; `status` 0 when there was none. */
export type Answer =
  | { readonly ok: true; readonly response: Response }
  | { readonly ok: false; readonly status: number; readonly detail: string; readonly retryAfter: number };

const timeout = 15_000;
const storageKey = 'sluice.authorization';

/** What this tab has been signed in with; nothing where the server does not ask for it, or the browser sends it itself. */
export const credentials = {
  get: (): string | null => window.sessionStorage.getItem(storageKey),
  set: (authorization: string): void => window.sessionStorage.setItem(storageKey, authorization),
  forget: (): void => window.sessionStorage.removeItem(storageKey),
};

/** Asks the REST API. Never throws: what goes wrong is in the answer, in the server's own words (RFC 9457). */
export async function ask(path: string, method = 'GET'): Promise<Answer> {
  try {
    const authorization = credentials.get();
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      signal: AbortSignal.timeout(timeout),
      ...(authorization !== null && { headers: { authorization } }),
    });
    if (response.ok) return { ok: true, response };
    const problem = (await response.json().catch(() => null)) as { detail?: unknown; error?: unknown } | null;
    const detail = problem?.detail ?? problem?.error ?? response.statusText;
    const retryAfter = Number(response.headers.get('retry-after')) || 0;
    return { ok: false, status: response.status, detail: String(detail), retryAfter };
  } catch {
    return { ok: false, status: 0, detail: 'The server did not answer.', retryAfter: 0 };
  }
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface WrittenRecording {
  readonly stream: string;
  readonly mediaSessionId: string;
  readonly fileName: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface FinishedRecording {
  readonly fileName: string;
  /** Null where nobody knows. */
  readonly stream: string | null;
  readonly size: number;
  readonly finishedAt: string;
  /** Good for some hours; null where recordings are not served. */
  readonly url: string | null;
}

/** The path of a stream in the API. */
export function streamPath(name: string, rest = ''): string {
  return `/api/v1/streams/${encodeURIComponent(name)}${rest}`;
}
