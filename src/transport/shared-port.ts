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
  /**
   * Makes a socket address the owner's, unless it is another's whose peer has shown that it receives there.
   * @returns its identifier; -1 when there is no room
   */
  claim(owner: Owner, source: number): number;
  owner(address: number): Owner | undefined;
  /** Makes an address the owner's, whoever had it. */
  take(owner: Owner, address: number): void;
  /** @returns the identifier of a socket address; -1 for one that is not known */
  find(source: number): number;
  /** Whether an address is a TCP connection: who has one receives there. */
  isConnection(address: number): boolean;
  release(address: number): void;
  /** A claimed address, for people; null for -1, and where it cannot be read. */
  addressOf(address: number): PeerAddress | null;
  remove(owner: Owner): void;
}
