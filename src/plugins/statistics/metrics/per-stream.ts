import { Gauge, type Registry } from 'prom-client';
import { type LiveMedia, type LiveSession, lossOf } from '../live-media.js';

/** The longest names would fill what stores them. */
const longestLabel = 64;

/** Figures of single streams, of those that have been published longest: each name is a time series of its own. */
export function addPerStreamMetrics(registry: Registry, live: LiveMedia, most: number): void {
  if (most === 0) return;
  const gauge = (name: string, help: string, read: (publication: LiveSession) => number) =>
    new Gauge({
      name: `sluice_stream_${name}`,
      help: `${help} Of the streams published longest only.`,
      labelNames: ['stream'],
      registers: [registry],
      collect() {
        this.reset();
        let count = 0;
        for (const publication of live.published()) {
          count += 1;
          if (count > most) break;
          this.set({ stream: publication.mediaSession.name.slice(0, longestLabel) }, read(publication));
        }
      },
    });
  gauge('viewers', 'Players of a stream.', (publication) => live.players(publication).length);
  gauge(
    'throughput_bytes_per_second',
    'Payload of a publisher in the last second.',
    ({ bitrate }) => bitrate / 8,
  );
  gauge('frames_per_second', 'Pictures of a publisher.', ({ latest }) => latest?.fps ?? 0);
  gauge('loss_ratio', 'Part of the packets of a publisher lost for good lately.', (publication) => {
    const { packets, lost } = publication.recent?.growth ?? { packets: 0, lost: 0 };
    return lossOf(publication.mediaSession, packets, lost);
  });
}
