import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { formatBytes, formatDuration } from '../format.js';
import { deleteRecording, record } from './actions.js';
import { ask, type FinishedRecording, type Page, type WrittenRecording } from './api.js';
import { Playback } from './playback.js';
import { streamRoute } from './route.js';
import { isOperator, server } from './store.js';

const pageSize = 50;
const period = 5000;

/** What is being recorded, and what has been. */
export function Recordings() {
  const written = useSignal<readonly WrittenRecording[]>([]);
  const finished = useSignal<Page<FinishedRecording> | null>(null);
  const failure = useSignal('');
  const wanted = useSignal(pageSize);
  const playing = useSignal<FinishedRecording | null>(null);
  const count = server.value?.recordings ?? 0;

  const load = async () => {
    const [now, before] = await Promise.all([
      ask('/api/v1/recordings?limit=500'),
      ask(`/api/v1/recordings/finished?limit=${wanted.value}`),
    ]);
    if (now.ok) written.value = ((await now.response.json()) as Page<WrittenRecording>).items;
    if (before.ok) finished.value = (await before.response.json()) as Page<FinishedRecording>;
    failure.value = before.ok ? '' : before.detail;
  };

  useEffect(() => {
    void load();
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') void load();
    }, period);
    return () => window.clearInterval(timer);
  }, [count, wanted.value]);

  return (
    <>
      <h1>Recordings</h1>
      <Written recordings={written.value} />
      <section class="card" aria-labelledby="finished-title">
        <h2 id="finished-title">
          Finished {finished.value && <span class="count">{finished.value.total}</span>}
        </h2>
        {failure.value !== '' && (
          <p class="message" data-tone="error">
            {failure.value}
          </p>
        )}
        {finished.value?.total === 0 && (
          <p class="muted">None yet. Open a live stream and press Record, or publish with “record”.</p>
        )}
        {playing.value && (
          <Playback
            key={playing.value.fileName}
            recording={playing.value}
            onClose={() => {
              playing.value = null;
            }}
          />
        )}
        <ul class="files">
          {finished.value?.items.map((recording) => (
            <File
              key={recording.fileName}
              recording={recording}
              onPlay={() => {
                playing.value = recording;
              }}
              onDeleted={() => {
                if (playing.value?.fileName === recording.fileName) playing.value = null;
                void load();
              }}
            />
          ))}
        </ul>
        {finished.value && finished.value.total > finished.value.items.length && wanted.value < 500 && (
          <button
            class="secondary"
            type="button"
            onClick={() => {
              wanted.value = Math.min(500, wanted.value + pageSize);
            }}
          >
            Show more
          </button>
        )}
      </section>
    </>
  );
}

function Written({ recordings }: { readonly recordings: readonly WrittenRecording[] }) {
  return (
    <section class="card" aria-labelledby="written-title">
      <h2 id="written-title">
        Being written <span class="count">{recordings.length}</span>
      </h2>
      {recordings.length === 0 && <p class="muted">No stream is being recorded.</p>}
      <ul class="files">
        {recordings.map(({ stream, mediaSessionId, fileName, startedAt }) => (
          <li key={mediaSessionId}>
            <div class="file-name">
              <a href={streamRoute(stream)}>{stream}</a>
              <small>
                {fileName ?? 'Waiting for the first frame'} · for{' '}
                {formatDuration(Date.now() - new Date(startedAt).getTime())}
              </small>
            </div>
            {isOperator.value && (
              <button
                class="secondary tiny"
                type="button"
                aria-label={`Stop recording ${stream}`}
                onClick={() => void record(stream, false)}
              >
                Stop recording
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function File(props: {
  readonly recording: FinishedRecording;
  readonly onPlay: () => void;
  readonly onDeleted: () => void;
}) {
  const { fileName, stream, size, finishedAt, url } = props.recording;
  return (
    <li>
      <div class="file-name">
        {stream ?? fileName}
        <small>
          {stream !== null && `${fileName} · `}
          {formatBytes(size)} · {new Date(finishedAt).toLocaleString()}
        </small>
      </div>
      <div class="file-actions">
        {url && (
          <>
            <button
              class="secondary tiny"
              type="button"
              aria-label={`Play ${fileName}`}
              onClick={props.onPlay}
            >
              Play
            </button>
            <a class="secondary tiny" href={url} download={fileName} aria-label={`Download ${fileName}`}>
              Download
            </a>
          </>
        )}
        {isOperator.value && (
          <button
            class="danger tiny"
            type="button"
            aria-label={`Delete ${fileName}`}
            onClick={() => deleteRecording(fileName, props.onDeleted)}
          >
            Delete
          </button>
        )}
      </div>
    </li>
  );
}
