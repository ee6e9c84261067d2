import { formatBitrate, formatCount, formatDelay, formatLoss, formatRate } from '../format.js';
import { Chart, type Line } from './chart.js';
import type { ChartData } from './chart-data.js';
import { watchedSteps } from './store.js';

interface Plan {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly least: number;
}

const publisher = '--chart-in';
const viewers = '--chart-out';

/** What comes from the publisher has one colour, what goes to viewers the other. */
const plans: readonly Plan[] = [
  {
    title: 'Bitrate from the publisher',
    lines: [{ key: 'incoming', label: 'Received', color: publisher }],
    format: formatBitrate,
    least: 200_000,
  },
  {
    title: 'Bitrate to all viewers',
    lines: [{ key: 'outgoing', label: 'Sent', color: viewers }],
    format: formatBitrate,
    least: 200_000,
  },
  {
    title: 'Lost packets',
    lines: [
      { key: 'publisherLoss', label: 'Publisher', color: publisher },
      { key: 'viewerLoss', label: 'Viewers, mean', color: viewers },
    ],
    format: formatLoss,
    least: 0.02,
  },
  {
    title: 'Round trip',
    lines: [
      { key: 'rtt', label: 'Publisher', color: publisher },
      { key: 'viewerRtt', label: 'Viewers, mean', color: viewers },
    ],
    format: formatDelay,
    least: 50,
  },
  {
    title: 'Frame rate',
    lines: [{ key: 'fps', label: 'Received', color: publisher }],
    format: formatRate,
    least: 30,
  },
  {
    title: 'Viewers',
    lines: [{ key: 'viewers', label: 'Watching', color: viewers }],
    format: formatCount,
    least: 4,
  },
];

/** The last five minutes of a stream. */
export function StreamCharts({ chart }: { readonly chart: ChartData }) {
  return (
    <section class="charts" aria-label="The last five minutes">
      {plans.map((plan) => (
        <Chart key={plan.title} {...plan} data={chart} steps={watchedSteps} />
      ))}
    </section>
  );
}
