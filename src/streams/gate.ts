import type { Session } from './session.js';

/** What a client wants to do with a stream. */
export interface StreamAction {
  readonly kind: 'publish' | 'play';
  readonly streamName: string;
}

/** Decides who may do what: rules, tokens, a backend's hook. */
export interface Gate {
  /** @returns null when allowed, else the reason that the client is told */
  check(session: Session, action: StreamAction): Promise<string | null>;
}

/** Lets everybody do everything. */
export const openGate: Gate = { check: async () => null };
