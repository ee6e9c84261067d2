/** What went through a media process's port for clients since it started, UDP and TCP together unless it says otherwise. */
export interface PortStatistics {
  /** Datagrams, and frames of TCP. */
  readonly packetsIn: number;
  readonly bytesIn: number;
  readonly packetsOut: number;
  readonly bytesOut: number;
  /** Lost because they came faster than they were read, or another fault of theirs, UDP (mod 2^32); in pipes, too. */
  readonly kernelDrops: number;
  /** Not sent because the kernel would take no more, UDP. */
  readonly congested: number;
  /** Not sent because the kernel refused them: no route, a firewall, too long for the path; UDP. */
  readonly unsendable: number;
  /** At present. */
  readonly tcpConnections: number;
  /** Dropped because their TCP connection did not keep up. */
  readonly tcpDrops: number;
  /** Bytes that the kernel has granted. */
  readonly receiveBuffer: number;
  readonly sendBuffer: number;
}

/** What a media process says of itself once a second. */
export interface MediaStatistics extends PortStatistics {
  /** Share of a core, 0 to 1, smoothed over two seconds. */
  readonly utilisation: number;
  /** At present. */
  readonly publishers: number;
  readonly viewers: number;
  /** Because of its load, since the process started. */
  readonly refusedPublishers: number;
  readonly refusedViewers: number;
}

/** A media process as the control process sees it. */
export interface MediaProcessStatistics {
  /** Which of the processes; one that replaces another has its number. */
  readonly index: number;
  readonly pid: number;
  /** Whether it serves; it does not while it starts, or does not answer. */
  readonly serving: boolean;
  /** Requests for endpoints that it has not answered. */
  readonly opening: number;
  /** The latest; null before the first. Counts begin anew with each process. */
  readonly latest: MediaStatistics | null;
}
