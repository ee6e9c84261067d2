import { freemem, totalmem } from 'node:os';
import type { Clients } from './clients.js';
import type { LiveMedia } from './live-media.js';
import type { ServerProcesses } from './server-processes.js';
import type { StatisticsSources } from './sources.js';

type Values = Readonly<Record<string, number>>;

/** A part of the statistics page: its name in text, its name among the groups of JSON, and its values. */
export interface StatGroup {
  readonly title: string;
  readonly group: string;
  readonly values: Values;
}

const mib = 1024 * 1024;

/**
 * What `/?action=stat` tells (WCS spec G.2): the documented keys that mean something here. What Sluice does not have is left
 * out, but for the keys that the Web SDK's console adds up: they are 0.
 */
export function statGroups(
  { media, egress }: Pick<StatisticsSources, 'media' | 'egress'>,
  live: LiveMedia,
  clients: Clients,
  processes: ServerProcesses,
): StatGroup[] {
  const { outputs } = egress.statistics();
  const threads = processes.now().processes.reduce((sum, { usage }) => sum + usage.threads, 0);
  return [
    {
      title: 'Connection Stats',
      group: 'connections_stats',
      values: {
        connections: clients.connected,
        connections_rtmfp: 0,
        connections_websocket: clients.connected,
      },
    },
    { title: 'Port Stats', group: 'port_stats', values: portValues(media) },
    { title: 'Stream Stats', group: 'streams_stats', values: streamValues(live) },
    { title: 'Core Stats', group: 'core_stats', values: { core_threads: threads } },
    {
      title: 'System Stats',
      group: 'system_stats',
      values: {
        // No Java here; the name is what is asked for: per cent of a core, of all processes of the server.
        system_java_cpu_usage: Math.round(processes.cores() * 1000) / 10,
        system_memory_total: Math.round(totalmem() / mib),
        system_memory_free: Math.round(freemem() / mib),
      },
    },
    {
      title: 'Transcoding Stats',
      group: 'transcoding_stats',
      values: { transcoding_streams: outputs.transcode ?? 0, transcoding_processes: processes.now().ffmpeg },
    },
  ];
}

/** As the Web SDK's `rest-module` parses it: a header first, `key=value` lines, and no line without one. */
export function statText(groups: readonly StatGroup[]): string {
  return groups
    .flatMap(({ title, values }) => [
      `-----${title}-----`,
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    ])
    .join('\n');
}

/** @param asked names with commas between them; all where there are none. Unknown ones are left out */
export function statJson(groups: readonly StatGroup[], asked: string | undefined): Record<string, Values> {
  const names = asked ? new Set(asked.split(',')) : null;
  const wanted = groups.filter(({ group }) => names?.has(group) ?? true);
  return Object.fromEntries(wanted.map(({ group, values }) => [group, values]));
}

/** All clients share the ports of the media processes: each is in use, and none is ever free. */
function portValues(media: StatisticsSources['media']): Values {
  return { ports_media_busy: media.statistics().filter(({ serving }) => serving).length };
}

function streamValues(live: LiveMedia): Values {
  let webrtc = 0;
  let webSocket = 0;
  for (const { mediaSession } of live.all()) {
    if (mediaSession.published) continue;
    if (mediaSession.request.mediaProvider === 'WebRTC' || !mediaSession.request.mediaProvider) webrtc += 1;
    else webSocket += 1;
  }
  const { published, played } = live.counts;
  return {
    streams_webrtc_in: published,
    streams_webrtc_out: webrtc,
    streams_websocket_out: webSocket,
    streams_rtmp_in: 0,
    streams_rtmp_out: 0,
    streams_rtmfp_in: 0,
    streams_rtmfp_out: 0,
    streams_rtsp_in: 0,
    streams_rtsp_out: 0,
    streams_viewers: played,
  };
}
