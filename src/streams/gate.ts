import type { PlayStream, PublishStream } from '../wire/index.js';
import type { Session } from './session.js';

/** What a client wants to do with a stream; `query`: hear whether it is there, or have a picture of it. */
export type StreamAction =
  | { readonly kind: 'publish'; readonly streamName: string; readonly request: PublishStream }
  | { readonly kind: 'play'; readonly streamName: string; readonly request: PlayStream }
  | { readonly kind: 'query'; readonly streamName: string };

/** Fields of a client's request that a gate may set otherwise, in the units of the protocol (WCS spec B.2, B.4). */
export interface RequestChanges {
  readonly name?: string;
  readonly record?: boolean;
  /** kbit/s, 0 = not limited; so are the next two. */
  readonly bitrate?: number;
  readonly minBitrate?: number;
  readonly maxBitrate?: number;
  /** Wanted size and quality of the picture, 0 = as published. */
  readonly width?: number;
  readonly height?: number;
  readonly quality?: number;
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** null: allowed as it is asked for; a text: refused, with what the client is told; an object: allowed, but so. */
export type Verdict = null | string | RequestChanges;

/** Decides who may do what: rules, tokens, a backend's hook. */
export interface Gate {
  check(session: Session, action: StreamAction): Promise<Verdict>;
}

/** Lets everybody do everything. */
export const openGate: Gate = { check: async () => null };

/** Asks one after another until one refuses; each sees the request as the client made it, what later ones change counts. */
export function gateOf(gates: readonly Gate[]): Gate {
  return {
    check: async (session, action) => {
      const changes: RequestChanges[] = [];
      for (const gate of gates) {
        const verdict = await gate.check(session, action);
        if (typeof verdict === 'string') return verdict;
        if (verdict) changes.push(verdict);
      }
      return changes.length === 0 ? null : Object.assign({}, ...changes);
    },
  };
}
