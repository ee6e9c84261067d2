import type { StatisticsSources } from './sources.js';

/** Whether the server should be given new clients. */
export interface Readiness {
  readonly ready: boolean;
  /** What is amiss, whether that makes it unready or not. */
  readonly reasons: readonly string[];
}

/** It is ready while a media process serves and nobody says otherwise: with some of several it goes on, with less room. */
export function readinessOf({ media, unready }: Pick<StatisticsSources, 'media' | 'unready'>): Readiness {
  const processes = media.statistics();
  const others = unready();
  const idle = processes.filter(({ serving }) => !serving);
  const reasons = [...others, ...idle.map(({ index }) => `media process ${index} does not serve`)];
  return { ready: others.length === 0 && idle.length < processes.length, reasons };
}
