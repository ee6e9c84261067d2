import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { FinishedRecording } from './api.js';

/** Plays a recording in the page; the browser asks for the parts that it needs. */
export function Playback({
  recording,
  onClose,
}: {
  readonly recording: FinishedRecording;
  readonly onClose: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const failed = useSignal(false);
  useEffect(() => {
    video.current?.focus();
    video.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div class="playback">
      {/* biome-ignore lint/a11y/useMediaCaption: recordings come without captions */}
      <video
        ref={video}
        src={recording.url ?? ''}
        controls
        autoplay
        playsInline
        aria-label={`Recording ${recording.fileName}`}
        onError={() => {
          failed.value = true;
        }}
      />
      <div class="playback-foot">
        <p class={failed.value ? 'bad' : 'muted'} role="status">
          {failed.value
            ? 'This browser cannot play it: download it, or try another browser.'
            : recording.fileName}
        </p>
        <button class="secondary tiny" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  );
}
