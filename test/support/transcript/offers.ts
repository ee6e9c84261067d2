import { parse, write } from 'sdp-transform';
import { type Recording, recordedPayload } from '../offers.js';

const recordings: Readonly<Record<string, Recording>> = {
  'chrome-71': 'raw-websocket-api-chrome-71',
  chromium: 'websdk-2.0.276-chromium-156',
  firefox: 'websdk-2.0.276-firefox-153',
};

const edits: Readonly<Record<string, (sdp: string) => string>> = {
  'audio only': (sdp) => onlyKind(sdp, 'audio'),
  'video only': (sdp) => onlyKind(sdp, 'video'),
  'without bundle': (sdp) => write({ ...parse(sdp), groups: [] }),
  'of unknown codecs': (sdp) => sdp.replace(/^(a=rtpmap:\d+) [^/]+/gm, '$1 unheard-of'),
  'of unknown video codecs': (sdp) => sdp.replace(/^(a=rtpmap:\d+) [^/]+(?=\/90000)/gm, '$1 unheard-of'),
  'without H264': withoutH264,
  'video without H264': (sdp) => onlyKind(withoutH264(sdp), 'video'),
};

/**
 * The offer a placeholder names: `offer chromium publish`, with an edit as `offer chrome-71 play, audio only`.
 * @throws Error when there is no such offer
 */
export function namedOffer(placeholder: string): string {
  const [, client = '', kind, edit] = /^offer (\S+) (publish|play)(?:, (.+))?$/.exec(placeholder) ?? [];
  const recording = recordings[client];
  const change = edit === undefined ? (sdp: string) => sdp : edits[edit];
  if (!recording || !change) throw new Error(`there is no <${placeholder}>`);
  const payload = recordedPayload(recording, `${kind as 'publish' | 'play'}Stream`, { mediaSessionId: '' });
  return change(String(payload.sdp));
}

function withoutH264(sdp: string): string {
  return sdp.replace(/^(a=rtpmap:\d+) H264/gm, '$1 unheard-of');
}

function onlyKind(sdp: string, kind: string): string {
  const session = parse(sdp);
  const media = session.media.filter(({ type }) => type === kind);
  return write({
    ...session,
    media,
    groups: [{ type: 'BUNDLE', mids: media.map(({ mid }) => mid).join(' ') }],
  });
}
