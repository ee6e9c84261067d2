import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Detail as DetailMessage } from '../../src/plugins/live/messages.js';
import { formatCount, formatDuration, formatRate, formatSize, joinKnown } from '../format.js';
import { embedLink, playerLink } from '../link.js';
import { copyEmbedCode, copyLink, endStream, record, takeSnapshot } from './actions.js';
import { Findings } from './findings.js';
import { HealthBadge } from './health.js';
import { Icon } from './icons.js';
import { PublisherPanel } from './publisher.js';
import { hasRecording, hasSnapshots, isKnown, isOperator, rows, watched } from './store.js';
import { Thumbnail } from './stream-card.js';
import { StreamCharts } from './stream-charts.js';
import { ViewersTable } from './viewers.js';

/** One stream: its picture, what is amiss, how it went in the last minutes, who publishes and who watches. */
export function Detail() {
  const current = watched.value;
  // Whether it is in the list changes with the list.
  rows.members.value;
  if (!current) return null;
  const { name, detail, gone } = current;
  return (
    <>
      <a class="back" href="#/">
        <Icon name="back" /> All streams
      </a>
      <Head name={name} detail={detail} gone={gone} />
      {gone && <Gone name={name} was={detail !== null} />}
      {(detail || !gone) && (
        <>
          <div class="detail-top">
            {gone ? null : <Stage name={name} />}
            <Findings detail={detail} gone={gone} />
          </div>
          <StreamCharts chart={current.chart} />
          {detail && <PublisherPanel session={detail.publisher} live={!gone} />}
          {detail && !gone && <ViewersTable viewers={detail.viewers} total={detail.viewersTotal} />}
        </>
      )}
    </>
  );
}

function Head({ name, detail, gone }: { name: string; detail: DetailMessage | null; gone: boolean }) {
  const row = rows.get(name)?.value;
  const publisher = detail?.publisher;
  const age = useAge(publisher?.startedAt ?? row?.startedAt ?? null);
  return (
    <div class="detail-head">
      <div class="detail-title">
        <h1>{name}</h1>
        <div class="badges">
          {!gone && row && <span class="badge live">Live</span>}
          {!gone && row?.recording && <span class="badge rec">REC</span>}
          {!gone && row && <HealthBadge health={row.health} finding={null} />}
        </div>
        <p class="detail-sub">
          {gone || !row
            ? ' '
            : joinKnown(
                formatSize(row.width, row.height),
                row.videoCodec,
                row.audioCodec,
                formatRate(row.fps),
                row.viewers === 1 ? '1 viewer' : `${formatCount(row.viewers)} viewers`,
                `live for ${age}`,
              )}
        </p>
      </div>
      {!gone && row && <Actions name={name} recording={row.recording} viewers={row.viewers} />}
    </div>
  );
}

function Actions({ name, recording, viewers }: { name: string; recording: boolean; viewers: number }) {
  return (
    <div class="toolbar">
      <a class="secondary small" href={playerLink(name)} target="_blank" rel="noopener">
        Open player
      </a>
      <button class="secondary small" type="button" onClick={() => void copyLink(name)}>
        Copy link
      </button>
      <button class="secondary small" type="button" onClick={() => void copyEmbedCode(name)}>
        Copy embed code
      </button>
      {hasSnapshots.value && (
        <button class="secondary small" type="button" onClick={() => void takeSnapshot(name)}>
          Snapshot
        </button>
      )}
      {isOperator.value && hasRecording.value && (
        <button class="secondary small" type="button" onClick={() => void record(name, !recording)}>
          {recording ? 'Stop recording' : 'Record'}
        </button>
      )}
      {isOperator.value && (
        <button class="danger small" type="button" onClick={() => endStream(name, viewers)}>
          End stream
        </button>
      )}
    </div>
  );
}

function Stage({ name }: { readonly name: string }) {
  const watching = useSignal('');
  return (
    <div class="stage">
      {watching.value === name ? (
        <iframe
          class="embedded"
          src={embedLink(name)}
          title={`Player of ${name}`}
          allow="autoplay; fullscreen"
        />
      ) : (
        <>
          <Thumbnail key={name} name={name} />
          <button
            class="ghost watch"
            type="button"
            onClick={() => {
              watching.value = name;
            }}
          >
            <Icon name="play" /> Watch here
          </button>
        </>
      )}
    </div>
  );
}

function Gone({ name, was }: { readonly name: string; readonly was: boolean }) {
  if (!isKnown.value) return null;
  return (
    <section class="card empty" role="status">
      <h2>{was ? 'The stream has ended' : 'Nobody publishes this now'}</h2>
      <p>As soon as “{name}” is live, it is shown here by itself.</p>
    </section>
  );
}

/** How long it has been since a time, anew each second. @param since ms since 1970 */
function useAge(since: number | null): string {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => {
      now.value = Date.now();
    }, 1000);
    return () => window.clearInterval(timer);
  }, []);
  return formatDuration(since === null ? null : now.value - since);
}
