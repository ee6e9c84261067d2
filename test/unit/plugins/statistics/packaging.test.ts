import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Clients } from '../../../../src/plugins/statistics/clients.js';
import { LiveMedia } from '../../../../src/plugins/statistics/live-media.js';
import { addControlMetrics } from '../../../../src/plugins/statistics/metrics/control-metrics.js';
import { addPerStreamMetrics } from '../../../../src/plugins/statistics/metrics/per-stream.js';
import { addProcessMetrics } from '../../../../src/plugins/statistics/metrics/process-metrics.js';
import { addStreamMetrics } from '../../../../src/plugins/statistics/metrics/stream-metrics.js';
import { ServerProcesses } from '../../../../src/plugins/statistics/server-processes.js';
import { makeSources } from './support.js';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

/** Every metric that there is, with its labels. */
function metrics(): Map<string, readonly string[]> {
  const { sources, service } = makeSources();
  const registry = new Registry();
  const live = new LiveMedia(service, sources.clock);
  addStreamMetrics(registry, live);
  addProcessMetrics(registry, sources, new ServerProcesses(sources));
  addControlMetrics(registry, sources, new Clients());
  addPerStreamMetrics(registry, live, 1);
  const made = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
  return new Map(made.map(({ name, labelNames }) => [name, labelNames]));
}

const known = metrics();
const metricOf = (text: string) => text.replace(/_(?:bucket|sum|count)$/, '');
const named = (text: string) => [...new Set(text.match(/\bsluice_[a-z_]+/g) ?? [])];

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly refId: string;
    readonly legendFormat: string;
  }[];
}
const dashboard = JSON.parse(read('packaging/grafana-dashboard.json')) as {
  uid: string;
  schemaVersion: number;
  panels: Panel[];
};
interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string; for: string }[] }[];
}
const rules = parse(read('packaging/prometheus-rules.yml')) as Rules;

test('the dashboard and the alert rules ask for metrics that there are', () => {
  const asked = [
    ...dashboard.panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => named(expr))),
    ...rules.groups.flatMap((group) => group.rules.flatMap(({ expr }) => named(expr))),
  ];
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.map(metricOf).filter((name) => !known.has(name))).toEqual([]);
});

test('the dashboard shows every metric but what others show', () => {
  const text = JSON.stringify(dashboard);
  const elsewhere = [
    'sluice_process_threads',
    'sluice_rtp_payload_bytes_total',
    'sluice_stream_frames_per_second',
  ];
  const missing = [...known.keys()].filter((name) => !text.includes(name));
  expect(missing.filter((name) => name !== 'sluice_media_process_serving').sort()).toEqual(elsewhere);
});

test('legends name labels that their metrics have', () => {
  for (const { title, targets = [] } of dashboard.panels) {
    for (const { expr, legendFormat } of targets) {
      const labels = new Set(named(expr).flatMap((name) => [...(known.get(metricOf(name)) ?? []), 'le']));
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect([...labels], title).toContain(label);
    }
  }
});

test('panels have ids of their own and do not cover each other', () => {
  expect(dashboard).toMatchObject({ uid: 'sluice', schemaVersion: 39 });
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(cells.has(`${x} ${y}`), title).toBe(false);
        cells.add(`${x} ${y}`);
      }
  }
});

test('docs/monitoring.md has a row for every metric, with its labels', () => {
  const page = read('docs/monitoring.md');
  for (const [name, labels] of known) {
    if (name.startsWith('sluice_stream_')) expect(page).toContain(`\`${name}\``);
    else expect(page).toContain(`| \`${name}\` | ${labels.join(', ')}${labels.length === 0 ? '' : ' '}|`);
  }
  const rows = [...page.matchAll(/^\| `(sluice_[a-z_]+)`/gm)].map((match) => match[1] as string);
  expect(rows.filter((name) => !known.has(name))).toEqual([]);
});
