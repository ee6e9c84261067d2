import type { Agenda } from '../kit/index.js';
import type { Arena, OutboxOptions, OutboxStats, SrtpProfile, UdpSocketOptions } from '../native/index.js';
import type { DropCounters } from './drop-counters.js';
import type { TcpPortOptions, TcpStats } from './tcp-port-types.js';

export interface PortMuxOptions extends UdpSocketOptions {
  readonly arena: Arena;
  /** Run by the media loop; the transports' timers are in it. */
  readonly agenda: Agenda;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly privateKey: string;
  /** Most wanted first. */
  readonly srtpProfiles?: readonly SrtpProfile[];
  readonly outbox?: OutboxOptions;
  /** Most peers' UDP addresses at a time; 16,384 unless told. */
  readonly addresses?: number;
  /** Whether to listen on TCP as well, and how; without, or null, UDP alone. */
  readonly tcp?: TcpOptions | null;
}

/** `port`: 0 for the number of the UDP port. */
export type TcpOptions = Omit<TcpPortOptions, 'arena' | 'agenda' | 'address'>;

/** Counters since the port was opened. */
export interface PortMuxStats {
  received: number;
  receivedBytes: number;
  readonly drops: DropCounters;
  readonly sent: OutboxStats;
  /** Null without TCP. */
  readonly tcp: TcpStats | null;
}
