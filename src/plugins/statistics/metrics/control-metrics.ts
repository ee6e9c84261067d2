import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Clients } from '../clients.js';
import type { StatisticsSources } from '../sources.js';

const hookBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const lagBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

/** A call of a backend's hook that is over. */
export interface HookCall {
  /** Of the protocol: `connect`, `publishStream`. */
  readonly method: string;
  readonly outcome: 'accepted' | 'refused' | 'failed' | 'timeout' | 'skipped';
  /** Since it was to be made: what it waited for its turn is in it. */
  readonly seconds: number;
}

/** What the control process tells the metrics of. */
export interface ControlObservers {
  hook(call: HookCall): void;
  /** How late a timer was, s. */
  loopLag(seconds: number): void;
}

/** Most names of hooks: the protocol has some forty. */
const mostMethods = 64;

/** Clients and their messages, hooks of backends, the control process's loop, and what is running. */
export function addControlMetrics(
  registry: Registry,
  { version, refusedSockets, media, unready, backends }: StatisticsSources,
  clients: Clients,
): ControlObservers {
  const registers = [registry];
  new Gauge({
    name: 'sluice_build_info',
    help: 'Always 1; which Sluice runs, on which Node.js.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: 'sluice_start_time_seconds',
    help: 'When the control process started, s since 1970.',
    registers,
  }).set(Math.round(Date.now() / 1000 - process.uptime()));
  new Gauge({
    name: 'sluice_sessions',
    help: 'Clients that are connected.',
    registers,
    collect() {
      this.set(clients.connected);
    },
  });
  new Gauge({
    name: 'sluice_ready',
    help: 'Whether the server takes new clients: 1 or 0, as /ready says.',
    registers,
    collect() {
      const serving = media.statistics().some((one) => one.serving);
      this.set(serving && unready().length === 0 ? 1 : 0);
    },
  });
  new Counter({
    name: 'sluice_sessions_refused_total',
    help: 'WebSockets turned away because there were too many.',
    registers,
    collect() {
      this.reset();
      this.inc(refusedSockets());
    },
  });
  new Counter({
    name: 'sluice_messages_total',
    help: 'Messages of clients, by name.',
    labelNames: ['name'],
    registers,
    collect() {
      this.reset();
      for (const [name, count] of clients.messages) this.inc({ name }, count);
    },
  });
  const hooks = new Histogram({
    name: 'sluice_hook_seconds',
    help: 'How long backends took to answer a hook.',
    labelNames: ['method', 'outcome'],
    buckets: hookBuckets,
    registers,
  });
  new Gauge({
    name: 'sluice_hook_backend_up',
    help: 'Whether the backend of an application is called: 0 for a while after it has not answered.',
    labelNames: ['app_key'],
    registers,
    collect() {
      for (const { appKey, down } of backends()) this.set({ app_key: appKey }, down ? 0 : 1);
    },
  });
  new Gauge({
    name: 'sluice_hook_queued_calls',
    help: 'Calls to the backend of an application that wait for their turn.',
    labelNames: ['app_key'],
    registers,
    collect() {
      for (const { appKey, queued } of backends()) this.set({ app_key: appKey }, queued);
    },
  });
  const lag = new Histogram({
    name: 'sluice_event_loop_lag_seconds',
    help: 'How late a timer of the control process was at worst, once a second.',
    buckets: lagBuckets,
    registers,
  });
  const methods = new Set<string>();
  return {
    hook: ({ method, outcome, seconds }) => {
      if (methods.size < mostMethods) methods.add(method);
      hooks.observe({ method: methods.has(method) ? method : 'other', outcome }, seconds);
    },
    loopLag: (seconds) => lag.observe(seconds),
  };
}
