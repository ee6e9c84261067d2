import type { Session } from '../streams/index.js';

/** An established client, for whoever administers the server. */
export interface ConnectedClient {
  readonly session: Session;
  /** Since when it is connected, ms since 1970. */
  readonly createDate: number;
  /** What it says of its software; the next two as well. */
  readonly clientVersion: string;
  readonly clientOSVersion: string;
  readonly clientBrowserVersion: string;
  /** Ways to play that it has, the preferred first. */
  readonly mediaProviders: readonly string[];
  /** Whether it may come back when its socket has dropped. */
  readonly keepAlive: boolean;
}
