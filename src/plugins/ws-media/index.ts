import type { Config } from '../../config/index.js';
import type { Egress } from '../../egress/index.js';
import type { SignalingExtension } from '../../signaling/index.js';
import { type PlayWish, type Session, type StreamService, videoWish } from '../../streams/index.js';
import { MediaProvider } from '../../wire/index.js';
import { mseFormat, wsPlayerFormat } from './answer.js';
import { Broadcasts } from './broadcasts.js';
import { ClientSockets } from './client-sockets.js';
import { WsProvider, type WsProviderHost, type WsWay } from './provider.js';

export interface WsMediaOptions {
  readonly settings: Config['wsMedia'];
  readonly streams: StreamService;
  readonly egress: Pick<Egress, 'open'>;
  /** ms, never going back. */
  readonly clock: () => number;
}

/** WSPlayer decodes in JavaScript: what it is sent is no wider than this unless it asks for more. */
const wsPlayerWidth = 640;

/** The players of the Web SDK that take media from a WebSocket: MSE and WSPlayer (WCS spec F). */
export function createWsMedia({ settings, streams, egress, clock }: WsMediaOptions): SignalingExtension {
  const clients = new Map<Session, ClientSockets>();
  const host: WsProviderHost = {
    broadcasts: new Broadcasts(egress, settings.historySize, clock),
    settings,
    socketsOf(session) {
      const sockets = clients.get(session) ?? new ClientSockets();
      clients.set(session, sockets);
      return sockets;
    },
    onEnded(session) {
      if (clients.get(session)?.empty) clients.delete(session);
    },
  };
  streams.provide(MediaProvider.MSE, new WsProvider(mse(settings.keyFrameInterval), host));
  streams.provide(MediaProvider.WSPLAYER, new WsProvider(wsPlayer, host));
  return {
    handlers: {},
    onMediaSocket: ({ session }, socket) => host.socketsOf(session).addSocket(socket),
    onEnd: ({ session }) => void clients.delete(session),
  };
}

function mse(keyFrameInterval: number): WsWay {
  return {
    format: mseFormat,
    codecs: { video: 'H264', audio: 'mpeg4-generic' },
    playsSoundAlone: true,
    request: ({ request }) => ({ kind: 'mse', ...wishOf(request), keyFrameInterval }),
    add: (sockets, player) => sockets.addMse(player),
  };
}

const wsPlayer: WsWay = {
  format: wsPlayerFormat,
  codecs: { video: 'MPV', audio: 'PCMU' },
  playsSoundAlone: false,
  request: ({ request }, published) => {
    const wish = wishOf(request);
    const most = Math.min(wsPlayerWidth, published.width || wsPlayerWidth);
    const width = wish.height > 0 ? wish.width : wish.width || most;
    return { kind: 'wsplayer', ...wish, width };
  },
  add: (sockets, player) => sockets.addWsPlayer(player),
};

function wishOf(request: PlayWish): PlayWish {
  const { width, height, bitrate, quality } = videoWish('', request);
  return { width, height, bitrate, quality };
}
