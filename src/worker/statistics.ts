import type { PortStatistics } from '../streams/index.js';
import type { PlainPort, PortMux } from '../transport/index.js';

/** Reads the counters of the clients' port and of the one for pipes; a system call for each. */
export function portStatistics(mux: PortMux, pipes: PlainPort): PortStatistics {
  const { received, receivedBytes, sent, tcp } = mux.stats;
  const { receive, send } = mux.buffers;
  return {
    packetsIn: received + (tcp?.received ?? 0),
    bytesIn: receivedBytes + (tcp?.receivedBytes ?? 0),
    packetsOut: sent.datagrams + (tcp?.queued ?? 0),
    bytesOut: sent.bytes + (tcp?.queuedBytes ?? 0),
    kernelDrops: mux.countKernelDrops() + pipes.countKernelDrops(),
    congested: sent.congested,
    unsendable: sent.refused,
    tcpConnections: tcp?.open ?? 0,
    tcpDrops: tcp?.congested ?? 0,
    receiveBuffer: receive,
    sendBuffer: send,
  };
}
