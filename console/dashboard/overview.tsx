import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { formatBitrate, formatCount, formatShare } from '../format.js';
import { Chart, type Line } from './chart.js';
import { arrange, type Sorting } from './rows.js';
import { isKnown, rows, server, serverChart, serverSteps } from './store.js';
import { StreamCard } from './stream-card.js';

const viewersLine: Line = { key: 'viewers', label: 'Viewers', color: '--chart-out' };
const streamsLine: Line = { key: 'streams', label: 'Streams', color: '--chart-in' };
const incomingLine: Line = { key: 'incoming', label: 'In', color: '--chart-in' };
const outgoingLine: Line = { key: 'outgoing', label: 'Out', color: '--chart-out' };
const cpuLine: Line = { key: 'cpu', label: 'CPU', color: '--chart-cpu' };

const sortings: readonly (readonly [Sorting, string])[] = [
  ['newest', 'Newest'],
  ['name', 'Name'],
  ['viewers', 'Most viewers'],
  ['bitrate', 'Highest bitrate'],
  ['loss', 'Most loss'],
  ['health', 'Worst health'],
];

/** How often what is sorted by a figure is sorted anew, ms: cards that jump each second cannot be read. */
const sortPeriod = 5000;

/** The server at a glance, and what is live. */
export function Overview() {
  return (
    <>
      <h1 class="visually-hidden">Dashboard</h1>
      <Tiles />
      <Streams />
    </>
  );
}

function Tiles() {
  const now = server.value;
  return (
    <section class="tiles" aria-label="Server">
      <Tile
        label="Live streams"
        value={formatCount(now?.streams)}
        more={plural(now?.recordings, 'being recorded')}
      >
        <Spark title="Live streams" lines={[streamsLine]} format={formatCount} least={4} />
      </Tile>
      <Tile label="Viewers" value={formatCount(now?.viewers)} more={plural(now?.sessions, 'clients')}>
        <Spark title="Viewers" lines={[viewersLine]} format={formatCount} least={4} />
      </Tile>
      <Tile
        label="Sent to viewers"
        value={formatBitrate(now?.outgoing)}
        more={`${formatBitrate(now?.incoming)} received`}
      >
        <Spark title="Bitrate" lines={[outgoingLine, incomingLine]} format={formatBitrate} least={1e6} />
      </Tile>
      <Tile label="CPU" value={formatShare(now?.cpu)} more="of one core">
        <Spark title="CPU" lines={[cpuLine]} format={formatShare} least={0.5} />
      </Tile>
    </section>
  );
}

function plural(count: number | undefined, words: string): string {
  return `${formatCount(count)} ${words}`;
}

function Tile(props: {
  readonly label: string;
  readonly value: string;
  readonly more: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <div class="tile">
      <p class="tile-label">{props.label}</p>
      <p class="tile-value">{props.value}</p>
      <p class="tile-more">{props.more}</p>
      {props.children}
    </div>
  );
}

function Spark(props: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly least: number;
}) {
  return <Chart {...props} data={serverChart} steps={serverSteps} spark />;
}

function Streams() {
  const search = useSignal('');
  const sorting = useSignal<Sorting>('newest');
  const turn = useSignal(0);
  const grid = useRef<HTMLUListElement>(null);

  useEffect(() => {
    const timer = window.setInterval(() => {
      // Whoever reads or walks through the cards keeps them where they are.
      if (grid.current?.matches(':focus-within, :hover')) return;
      if (sorting.value !== 'newest' && sorting.value !== 'name') turn.value++;
    }, sortPeriod);
    return () => window.clearInterval(timer);
  }, []);

  const names = useComputed(() => {
    rows.members.value;
    turn.value;
    return arrange(rows.values(), search.value, sorting.value);
  });
  const total = useComputed(() => {
    rows.members.value;
    return rows.size;
  });

  if (!isKnown.value) return <p class="placeholder">Waiting for the server…</p>;
  if (total.value === 0) return <NoStreams />;
  return (
    <section aria-labelledby="streams-title">
      <div class="list-head">
        <h2 id="streams-title">
          Live streams <span class="count">{total.value}</span>
        </h2>
        <div class="list-tools">
          <input
            type="search"
            aria-label="Search streams by name"
            placeholder="Search by name"
            value={search.value}
            onInput={({ currentTarget }) => {
              search.value = currentTarget.value;
            }}
          />
          <select
            aria-label="Sort streams"
            value={sorting.value}
            onChange={({ currentTarget }) => {
              sorting.value = currentTarget.value as Sorting;
            }}
          >
            {sortings.map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        </div>
      </div>
      <p class="visually-hidden" role="status">
        {search.value === '' ? '' : `${names.value.length} of ${total.value} streams`}
      </p>
      {names.value.length === 0 && (
        <p class="placeholder">No live stream has “{search.value}” in its name.</p>
      )}
      <ul class="streams" ref={grid}>
        {names.value.map((name) => {
          const row = rows.get(name);
          return row && <StreamCard key={name} row={row} />;
        })}
      </ul>
    </section>
  );
}

function NoStreams() {
  return (
    <section class="card empty">
      <h2>No streams yet</h2>
      <p>What is published appears here at once, with its picture and how it fares.</p>
      <p>
        <a class="primary" href="/">
          Publish one from your camera
        </a>
      </p>
    </section>
  );
}
