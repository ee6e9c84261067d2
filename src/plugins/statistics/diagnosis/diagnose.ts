import type { MediaProcessStatistics } from '../../../streams/index.js';
import type { StreamFacts } from './facts.js';
import { type Finding, percent } from './finding.js';
import { playerFindings } from './player-findings.js';
import { publisherFindings } from './publisher-findings.js';

/** Share of a core at which packets begin to wait. */
const busy = 0.85;

/** Why a stream may be bad: warnings first. Empty where nothing is amiss that the server can see. */
export function diagnose({ publisher, players, process }: StreamFacts): Finding[] {
  const findings = [
    ...processFindings(process),
    ...publisherFindings(publisher),
    ...playerFindings(players, publisher),
  ];
  const rank = ({ severity }: Finding) => (severity === 'warning' ? 0 : 1);
  return findings.sort((a, b) => rank(a) - rank(b));
}

function processFindings(state: MediaProcessStatistics | null): Finding[] {
  const { latest } = state ?? {};
  if (!state || !latest) return [];
  const findings: Finding[] = [];
  if (latest.utilisation >= busy) {
    findings.push({
      code: 'process-overloaded',
      severity: 'warning',
      text: `The media process of this stream (${state.index}) is busy ${percent(latest.utilisation)} of its time.`,
      value: latest.utilisation,
      unit: 'ratio',
      threshold: busy,
      advice: 'Packets wait. Have more media processes (mediaWorkers) on more cores, or fewer streams here.',
      players: [],
    });
  }
  return findings;
}
