import { Counter, Gauge, type Registry } from 'prom-client';
import type { MediaProcessStatistics, MediaStatistics } from '../../../streams/index.js';
import type { ProcessUsage } from '../process-usage.js';
import type { ServerProcesses } from '../server-processes.js';
import type { StatisticsSources } from '../sources.js';

/** What the server's processes use, by what they do; what media processes say of themselves; what egress makes. */
export function addProcessMetrics(
  registry: Registry,
  { media, egress }: Pick<StatisticsSources, 'media' | 'egress'>,
  processes: ServerProcesses,
): void {
  const registers = [registry];
  const used = (
    kind: typeof Counter | typeof Gauge,
    name: string,
    help: string,
    read: (usage: ProcessUsage) => number,
  ) =>
    new kind({
      name: `sluice_process_${name}`,
      help,
      labelNames: ['role', 'index'],
      registers,
      collect() {
        this.reset();
        for (const { role, index, usage } of processes.now().processes)
          this.inc({ role, index }, read(usage));
      },
    });
  used(Counter, 'cpu_seconds_total', 'Processor time used.', ({ cpu }) => cpu);
  used(
    Counter,
    'run_delay_seconds_total',
    'Time that threads waited for a processor.',
    ({ runDelay }) => runDelay,
  );
  used(Gauge, 'resident_memory_bytes', 'Memory in use.', ({ memory }) => memory);
  used(Gauge, 'threads', 'Threads.', ({ threads }) => threads);

  const state = (name: string, help: string, read: (state: MediaProcessStatistics) => number) =>
    new Gauge({
      name: `sluice_media_process_${name}`,
      help,
      labelNames: ['index'],
      registers,
      collect() {
        this.reset();
        for (const one of media.statistics()) this.set({ index: one.index }, read(one));
      },
    });
  state('serving', 'Whether a media process serves: 1 or 0.', ({ serving }) => (serving ? 1 : 0));
  state('opening', 'Requests that it has not answered.', ({ opening }) => opening);
  state(
    'utilisation_ratio',
    'Share of a core that its loop is busy.',
    ({ latest }) => latest?.utilisation ?? 0,
  );
  state('endpoints', 'Publishers and players that it carries.', ({ latest }) =>
    latest ? latest.publishers + latest.viewers : 0,
  );
  state('tcp_connections', 'Connections of clients on TCP.', ({ latest }) => latest?.tcpConnections ?? 0);

  const count = (
    name: string,
    help: string,
    read: Readonly<Record<string, (figures: MediaStatistics) => number>>,
  ) =>
    new Counter({
      name: `sluice_media_${name}`,
      help,
      labelNames: ['index', 'kind'],
      registers,
      collect() {
        this.reset();
        for (const { index, latest } of media.statistics()) {
          if (!latest) continue;
          for (const [kind, value] of Object.entries(read)) this.inc({ index, kind }, value(latest));
        }
      },
    });
  count('port_packets_total', 'Datagrams, and frames of TCP, at the port for clients.', {
    in: ({ packetsIn }) => packetsIn,
    out: ({ packetsOut }) => packetsOut,
  });
  count('port_bytes_total', 'Bytes at the port for clients.', {
    in: ({ bytesIn }) => bytesIn,
    out: ({ bytesOut }) => bytesOut,
  });
  count(
    'drops_total',
    'Packets dropped: came faster than they were read (kernel), the network took no more (congestion), could not be sent (unsendable), a TCP connection did not keep up (tcp_queue).',
    {
      kernel: ({ kernelDrops }) => kernelDrops,
      congestion: ({ congested }) => congested,
      unsendable: ({ unsendable }) => unsendable,
      tcp_queue: ({ tcpDrops }) => tcpDrops,
    },
  );
  count('refused_total', 'Endpoints refused because of the load.', {
    publisher: ({ refusedPublishers }) => refusedPublishers,
    viewer: ({ refusedViewers }) => refusedViewers,
  });

  new Gauge({
    name: 'sluice_egress_streams',
    help: 'Streams that are led to the egress process.',
    registers,
    collect() {
      this.set(egress.statistics().streams);
    },
  });
  new Gauge({
    name: 'sluice_egress_outputs',
    help: 'What is being made of streams, by kind.',
    labelNames: ['kind'],
    registers,
    collect() {
      this.reset();
      for (const [kind, value] of Object.entries(egress.statistics().outputs)) this.set({ kind }, value);
    },
  });
  new Gauge({
    name: 'sluice_ffmpeg_processes',
    help: 'ffmpeg processes that run.',
    registers,
    collect() {
      this.set(processes.now().ffmpeg);
    },
  });
}
