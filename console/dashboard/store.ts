import { batch, computed, signal } from '@preact/signals';
import type { Detail, Hello, ServerFigures, ServerMessage } from '../../src/plugins/live/messages.js';
import { credentials } from './api.js';
import { ChartData } from './chart-data.js';
import { type LinkState, LiveSocket } from './live.js';
import { parseRoute } from './route.js';
import { StreamRows } from './rows.js';

const serverSeries = ['viewers', 'streams', 'incoming', 'outgoing', 'cpu'];
const streamSeries = [
  'incoming',
  'outgoing',
  'fps',
  'publisherLoss',
  'viewerLoss',
  'rtt',
  'viewerRtt',
  'viewers',
];

/** The stream that the page looks into. */
export interface Watched {
  readonly name: string;
  readonly chart: ChartData;
  readonly detail: Detail | null;
  readonly gone: boolean;
}

export const link = signal<LinkState>({ kind: 'connecting' });
/** Whether what is shown is of the past: from the loss of the connection until there is another. */
export const lost = signal<{ readonly stopped: boolean } | null>(null);
export const hello = signal<Hello | null>(null);
export const server = signal<ServerFigures | null>(null);
export const rows = new StreamRows();
export const serverChart = new ChartData(serverSeries);
/** Counts up with each step of a chart. */
export const serverSteps = signal(0);
export const watchedSteps = signal(0);
export const watched = signal<Watched | null>(null);
export const route = signal(parseRoute(window.location.hash));

export const isOperator = computed(() => hello.value?.operator === true);
export const hasRecording = computed(() => hello.value?.abilities.recording === true);
export const hasSnapshots = computed(() => hello.value?.abilities.snapshots === true);
/** Nothing is known of the streams before the first figures. */
export const isKnown = computed(() => server.value !== null);

let isFirst = true;

const socket = new LiveSocket(
  (state) =>
    batch(() => {
      link.value = state;
      if (state.kind === 'live' || state.kind === 'refused') lost.value = null;
      if (state.kind === 'waiting' && (lost.peek() === null || state.stopped)) {
        lost.value = { stopped: state.stopped };
      }
    }),
  (message) => batch(() => take(message)),
);

export const retry = () => socket.retry();

export function signOut(): void {
  credentials.forget();
  socket.restart();
}

/** Connects, and follows the address of the page. */
export function start(): void {
  window.addEventListener('hashchange', () => follow());
  follow();
  socket.start();
}

function follow(): void {
  const next = parseRoute(window.location.hash);
  batch(() => {
    route.value = next;
    if (next.view !== 'stream') {
      if (watched.peek() !== null) socket.send({ type: 'unwatch' });
      watched.value = null;
    } else if (watched.peek()?.name !== next.name) {
      watched.value = { name: next.name, chart: new ChartData(streamSeries), detail: null, gone: false };
      socket.send({ type: 'watch', stream: next.name });
    }
  });
}

function take(message: ServerMessage): void {
  switch (message.type) {
    case 'hello': {
      isFirst = true;
      hello.value = message;
      const current = watched.peek();
      if (current) socket.send({ type: 'watch', stream: current.name });
      return;
    }
    case 'history':
      if (message.stream === null) {
        serverChart.load(message);
        serverSteps.value++;
      } else if (watched.peek()?.name === message.stream) {
        watched.peek()?.chart.load(message);
        watchedSteps.value++;
      }
      return;
    case 'figures': {
      if (isFirst) rows.replace(message.changed);
      else rows.apply(message.changed, message.ended);
      isFirst = false;
      server.value = message.server;
      if (serverChart.push(message.time, message.server)) serverSteps.value++;
      const current = watched.peek();
      // A name that is published again is the same page.
      if (current?.gone && rows.get(current.name)) {
        watched.value = { ...current, gone: false };
        socket.send({ type: 'watch', stream: current.name });
      }
      return;
    }
    case 'detail': {
      const current = watched.peek();
      if (current?.name !== message.stream) return;
      watched.value = { ...current, detail: message, gone: false };
      if (current.chart.push(message.time, message.point)) watchedSteps.value++;
      return;
    }
    case 'gone': {
      const current = watched.peek();
      if (current?.name === message.stream) watched.value = { ...current, gone: true };
    }
  }
}
