import type { Config } from '../../config/index.js';
import type { Connection } from '../../wire/index.js';

/** `webRTCMetricsServerDescription` in `getUserData` (WCS spec C.1): what clients are to collect, and where it goes. */
export interface ServerDescription {
  /** By the `type` of RTCStats; `metrics` are the names of its members, joined by ','. */
  readonly types: Readonly<Record<string, { readonly metrics: string }>>;
  /** ms */
  readonly sampling: number;
  readonly batchSize: number;
  readonly collect: 'on' | 'off';
  readonly compression: readonly string[];
  readonly ingestPoint?: string;
  readonly authorization?: string;
}

export function serverDescription(settings: Config['webrtcMetrics']): ServerDescription {
  const names = new Map<string, Set<string>>();
  for (const metric of settings.metrics) {
    const [type = '', name = ''] = metric.split('.');
    names.set(type, (names.get(type) ?? new Set()).add(name));
  }
  const { sampling, batchSize, compression, ingestPoint, authorization } = settings;
  return {
    types: Object.fromEntries(
      [...names].map(([type, members]) => [type, { metrics: [...members].join(',') }]),
    ),
    sampling,
    batchSize,
    collect: settings.collect ? 'on' : 'off',
    compression: [compression],
    ...(ingestPoint === '' ? {} : { ingestPoint, authorization }),
  };
}

/**
 * Whether a client can collect. The SDK asks the connection of any stream for its RTCPeerConnection, which that of MSE
 * and of WSPlayer does not have, and throws (WCS spec 0.1 item 7); a page with nothing but WebRTC has no such streams.
 */
export function canCollect({ mediaProviders }: Connection): boolean {
  return mediaProviders.length === 1 && mediaProviders[0] === 'WebRTC';
}
