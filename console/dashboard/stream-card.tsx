import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { StreamRow } from '../../src/plugins/live/messages.js';
import { formatBitrate, formatCount, formatDelay, formatLoss, formatSize, joinKnown } from '../format.js';
import { HealthBadge } from './health.js';
import { Icon } from './icons.js';
import { onApproach } from './near.js';
import { streamRoute } from './route.js';
import { worstLoss } from './rows.js';
import { hasSnapshots } from './store.js';
import { Thumbnails } from './thumbnails.js';

const thumbnails = new Thumbnails();

/** A stream in the list: drawn anew only when its own row changes, and while it is on the screen or near it. */
export function StreamCard({ row }: { readonly row: ReadonlySignal<StreamRow> }) {
  const card = useRef<HTMLLIElement>(null);
  const near = useSignal(false);
  useEffect(() => {
    if (!card.current) return;
    return onApproach(card.current, (is) => {
      near.value = is;
    });
  }, []);
  const stream = near.value ? row.value : row.peek();
  const { name, incoming, rtt } = stream;
  const loss = worstLoss(stream);
  return (
    <li class="stream" ref={card}>
      <Thumbnail name={name} />
      <StreamSigns stream={stream} />
      <div class="stream-body">
        <h3>
          <a href={streamRoute(name)}>{name}</a>
        </h3>
        <dl class="stream-figures">
          <div>
            <dt>Bitrate</dt>
            <dd>{formatBitrate(incoming)}</dd>
          </div>
          <div>
            <dt>Loss</dt>
            <dd>{formatLoss(loss < 0 ? null : loss)}</dd>
          </div>
          <div>
            <dt>Round trip</dt>
            <dd>{formatDelay(rtt)}</dd>
          </div>
        </dl>
        <HealthBadge health={stream.health} finding={stream.finding} />
      </div>
    </li>
  );
}

/** What lies over the picture. */
function StreamSigns({ stream }: { readonly stream: StreamRow }) {
  const { viewers, recording, audioMuted, videoMuted, width, height, videoCodec, audioCodec } = stream;
  const viewersText = `${formatCount(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'}`;
  return (
    <div class="signs">
      <span class="sign" title={viewersText}>
        <Icon name="eye" />
        <span aria-hidden="true">{formatCount(viewers)}</span>
        <span class="visually-hidden">{viewersText}</span>
      </span>
      {recording && <span class="sign rec">REC</span>}
      {audioMuted && (
        <span class="sign" title="The sound is muted">
          <Icon name="micOff" />
          <span class="visually-hidden">The sound is muted</span>
        </span>
      )}
      {videoMuted && (
        <span class="sign" title="The picture is muted">
          <Icon name="cameraOff" />
          <span class="visually-hidden">The picture is muted</span>
        </span>
      )}
      <span class="sign format">{joinKnown(formatSize(width, height), videoCodec ?? audioCodec)}</span>
    </div>
  );
}

/** The stream's picture, a new one every ten seconds while it can be seen. */
export function Thumbnail({ name }: { readonly name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const possible = hasSnapshots.value;
  useEffect(() => {
    if (!box.current || !possible) return;
    return thumbnails.follow(box.current, name, (url) => {
      if (!image.current) return;
      image.current.src = url;
      image.current.hidden = false;
    });
  }, [name, possible]);
  return (
    <div class="thumbnail" ref={box}>
      <Icon name="camera" />
      <img ref={image} alt="" hidden decoding="async" />
    </div>
  );
}
