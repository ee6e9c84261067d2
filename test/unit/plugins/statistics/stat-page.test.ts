import { createRequire } from 'node:module';
import { afterEach, expect, test, vi } from 'vitest';
import { Clients } from '../../../../src/plugins/statistics/clients.js';
import { LiveMedia } from '../../../../src/plugins/statistics/live-media.js';
import { ServerProcesses } from '../../../../src/plugins/statistics/server-processes.js';
import { statGroups, statJson, statText } from '../../../../src/plugins/statistics/stat-page.js';
import { makeSources } from './support.js';

interface RestModule {
  instance(
    url: string,
    coreUrl: string,
  ): { stat: { poll(): Promise<Record<string, Record<string, string>>> } };
}
/** The Web SDK's own client of the page. */
const rest = createRequire(import.meta.url)('@flashphoner/websdk/src/rest-module.js') as RestModule;

afterEach(() => void vi.unstubAllGlobals());

/** Has the SDK ask, over an XMLHttpRequest that answers with a text. */
async function poll(text: string) {
  const asked: string[] = [];
  class FakeRequest {
    status = 200;
    readyState = 4;
    response = text;
    onload: () => void = () => {};
    setRequestHeader(): void {}
    open(method: string, url: string): void {
      asked.push(`${method} ${url}`);
    }
    send(): void {
      this.onload();
    }
  }
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
  return { stats: await rest.instance('http://server/rest-api', 'http://server/').stat.poll(), asked };
}

async function groups() {
  const { state, service, sources, publish, play } = makeSources();
  const live = new LiveMedia(service, () => state.now);
  const clients = new Clients();
  clients.connected = 3;
  (await publish()).onStarted();
  (await play()).onStarted();
  (await play({ mediaSessionId: 'play-2' })).onStarted();
  const usage = { cpu: 1, endedChildren: 0, runDelay: 0, memory: 1, threads: 11 };
  const processes = new ServerProcesses(sources, () => ({ ...usage, cpu: 1 + state.now / 4000 }));
  state.now = 2000;
  return statGroups(sources, live, clients, processes);
}

test('the Web SDK reads every section and key that its console shows', async () => {
  const { stats, asked } = await poll(statText(await groups()));
  expect(asked[0]).toMatch(/^GET http:\/\/server\/\?action=stat&preventCache=/);
  expect(stats.connection).toEqual({ connections: '3', connections_rtmfp: '0', connections_websocket: '3' });
  expect(stats.core).toEqual({ core_threads: '22' });
  expect(stats.stream).toMatchObject({
    streams_webrtc_in: '1',
    streams_webrtc_out: '2',
    streams_viewers: '2',
    streams_websocket_out: '0',
  });
  for (const way of ['rtmfp', 'rtmp', 'rtsp'])
    expect([stats.stream?.[`streams_${way}_in`], stats.stream?.[`streams_${way}_out`]]).toEqual(['0', '0']);
  // Two processes, each of which used half a second in two.
  expect(stats.system?.system_java_cpu_usage).toBe('50');
  expect(Number(stats.system?.system_memory_total)).toBeGreaterThan(Number(stats.system?.system_memory_free));
  expect(stats.transcoding).toEqual({ transcoding_streams: '2', transcoding_processes: '0' });
  expect(Object.keys(stats)).toEqual(['connection', 'port', 'stream', 'core', 'system', 'transcoding']);
  for (const section of Object.values(stats))
    for (const value of Object.values(section)) expect(Number(value)).not.toBeNaN();
});

test('the page begins with a header, and every other line is one or has a value', async () => {
  const lines = statText(await groups()).split('\n');
  expect(lines[0]).toBe('-----Connection Stats-----');
  for (const line of lines) expect(line).toMatch(/^(-----[A-Z][a-z]+ Stats-----|[a-z_]+=\d+(\.\d+)?)$/);
});

test('JSON has the groups that are asked for', async () => {
  const all = await groups();
  const names = [
    'connections_stats',
    'port_stats',
    'streams_stats',
    'core_stats',
    'system_stats',
    'transcoding_stats',
  ];
  expect(Object.keys(statJson(all, undefined))).toEqual(names);
  expect(Object.keys(statJson(all, ''))).toEqual(names);
  expect(statJson(all, 'port_stats,unknown,transcoding_stats,__proto__')).toEqual({
    port_stats: { ports_media_busy: 1 },
    transcoding_stats: { transcoding_streams: 2, transcoding_processes: 0 },
  });
  expect(statJson(all, 'unknown')).toEqual({});
});
