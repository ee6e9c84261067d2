import type { Agenda } from '../kit/index.js';
import type { Arena, DtlsContext } from '../native/index.js';
import type { DropCounters } from './drop-counters.js';
import type { PeerAddress } from './peer-path.js';
import type { StunWriter } from './stun-writer.js';

/** What a transport needs of the port it shares with others, over UDP or TCP: an address is a number either way. `Owner` is the transport. */
export interface SharedPort<Owner> {
  readonly memory: Arena;
  readonly agenda: Agenda;
  readonly dtls: DtlsContext;
  readonly drops: DropCounters;
  readonly stunWriter: StunWriter;
  /** Room for a datagram, after a flush if need be. @returns its arena offset, or -1 for one that can never fit */
  begin(size: number): number;
  /** Queues what was written there. */
  commit(address: number, length: number): void;
  /** Makes a socket address the owner's, whoever had it. @returns its identifier; -1 when there is no room */
  claim(owner: Owner, source: number): number;
  release(address: number): void;
  /** A claimed address, for people; null for -1, and where it cannot be read. */
  addressOf(address: number): PeerAddress | null;
  remove(owner: Owner): void;
}
