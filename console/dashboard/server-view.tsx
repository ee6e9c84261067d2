import type { ProcessFigures } from '../../src/plugins/live/messages.js';
import { formatBitrate, formatBytes, formatCount, formatDuration, formatShare } from '../format.js';
import { Chart, type Line } from './chart.js';
import { Icon } from './icons.js';
import { hello, server, serverChart, serverSteps } from './store.js';

const cpuLines: readonly Line[] = [{ key: 'cpu', label: 'All processes', color: '--chart-cpu' }];
const trafficLines: readonly Line[] = [
  { key: 'incoming', label: 'Received', color: '--chart-in' },
  { key: 'outgoing', label: 'Sent', color: '--chart-out' },
];

/** The server itself: its processes, and what its operator ought to know. */
export function ServerView() {
  const about = hello.value;
  const now = server.value;
  const warnings = about?.warnings ?? [];
  return (
    <>
      <div>
        <h1>Server</h1>
        <p class="detail-sub">
          {about ? `Sluice ${about.version} · up for ${formatDuration(Date.now() - about.startedAt)}` : ' '}
        </p>
      </div>
      <section class="card findings" aria-labelledby="warnings-title">
        <h2 id="warnings-title">What you ought to know</h2>
        {warnings.length === 0 && <p class="muted">Nothing: the server has no warning for you.</p>}
        <ul>
          {warnings.map((warning) => (
            <li key={warning} class="finding" data-health="notice">
              <Icon name="notice" />
              <p>{warning}</p>
            </li>
          ))}
        </ul>
      </section>
      <section class="charts two" aria-label="The last five minutes">
        <Chart
          title="CPU, of one core"
          lines={cpuLines}
          format={formatShare}
          least={0.5}
          data={serverChart}
          steps={serverSteps}
        />
        <Chart
          title="Traffic"
          lines={trafficLines}
          format={formatBitrate}
          least={1e6}
          data={serverChart}
          steps={serverSteps}
        />
      </section>
      <section class="card" aria-labelledby="processes-title">
        <h2 id="processes-title">Processes</h2>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
        <section class="scroller" aria-label="Table of processes" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Process</th>
                <th scope="col" class="number">
                  CPU
                </th>
                <th scope="col" class="number">
                  Loop busy
                </th>
                <th scope="col" class="number">
                  Memory
                </th>
                <th scope="col" class="number">
                  Dropped by the kernel
                </th>
              </tr>
            </thead>
            <tbody>
              {now?.processes.map((process) => (
                <Process key={process.name} process={process} />
              ))}
            </tbody>
          </table>
        </section>
      </section>
    </>
  );
}

function Process({ process }: { readonly process: ProcessFigures }) {
  const { name, pid, cpu, load, memory, kernelDrops } = process;
  return (
    <tr>
      <th scope="row">
        {name}
        <small>{pid === null ? '' : `pid ${pid}`}</small>
      </th>
      <td class="number">
        <Meter share={cpu} />
      </td>
      <td class="number">
        <Meter share={load} />
      </td>
      <td class="number">{formatBytes(memory)}</td>
      <td class={kernelDrops ? 'number bad' : 'number'}>{formatCount(kernelDrops)}</td>
    </tr>
  );
}

/** A share with a bar below it. */
function Meter({ share }: { readonly share: number | null }) {
  if (share === null) return <>{formatShare(share)}</>;
  const filled = Math.min(1, Math.max(0, share));
  return (
    <>
      {formatShare(share)}
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${filled * 100}%` }} data-high={filled > 0.8} />
      </span>
    </>
  );
}
