import type { Agenda } from '../kit/index.js';
import type { Arena, BindOptions } from '../native/index.js';

export interface TcpPortOptions extends BindOptions {
  readonly arena: Arena;
  readonly agenda: Agenda;
  /** Most connections at a time; 4096 unless told. */
  readonly connections?: number;
  /** Most connections from one network that have not shown yet whom they belong to; 32 unless told. */
  readonly strangersPerNetwork?: number;
  /** Bytes that may wait to be sent on a connection, beside what the kernel takes; 256 KiB unless told. */
  readonly queue?: number;
}

/** Whom the frames are for. */
export interface TcpPortListener {
  /**
   * A frame has come, there until this returns. A connection that is not `keep`-ed by the end of its first frame is
   * closed.
   * @param source where the socket address lies that it comes from
   */
  onFrame(connection: number, offset: number, length: number, source: number, now: number): void;
  /** A connection that was kept is over, and closed. */
  onLost(connection: number): void;
}

/** Counters since the port was opened, but for `open`. */
export interface TcpStats {
  open: number;
  accepted: number;
  /** Closed at once: too many. */
  refused: number;
  /** Closed because no authentic check came first, in time. */
  strangers: number;
  /** Closed because a frame was too long, or for want of memory. */
  broken: number;
  received: number;
  receivedBytes: number;
  queued: number;
  queuedBytes: number;
  /** Datagrams dropped because the connection did not keep up. */
  congested: number;
}

export function newTcpStats(): TcpStats {
  return {
    open: 0,
    accepted: 0,
    refused: 0,
    strangers: 0,
    broken: 0,
    received: 0,
    receivedBytes: 0,
    queued: 0,
    queuedBytes: 0,
    congested: 0,
  };
}
