import {
  isPossible,
  type MediaListener,
  type Playback,
  type PlaybackProvider,
  type Publication,
  type Session,
} from '../../streams/index.js';
import { StreamInfo, StreamStatus } from '../../wire/index.js';
import { type AnswerFormat, wsAnswer } from './answer.js';
import type { Broadcasts, WsMediaRequest } from './broadcasts.js';
import type { ClientSockets } from './client-sockets.js';
import { WsPlayback, type WsPlaybackSettings } from './ws-playback.js';

/** One of the ways to play over a WebSocket. */
export interface WsWay {
  readonly format: AnswerFormat;
  /** SDP names of what the player gets. */
  readonly codecs: { readonly video: string; readonly audio: string };
  /** It plays sound without a picture. */
  readonly playsSoundAlone: boolean;
  request(playback: Playback, publication: Publication): WsMediaRequest;
  add(sockets: ClientSockets, player: WsPlayback): void;
}

export interface WsProviderHost {
  readonly broadcasts: Broadcasts;
  readonly settings: WsPlaybackSettings;
  socketsOf(session: Session): ClientSockets;
  /** A player has ended. */
  onEnded(session: Session): void;
}

/** Reasons of the egress process that clients are told as they are. */
const told: readonly string[] = [
  StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED,
  StreamInfo.NO_AVAILABLE_TRANSCODERS,
];

/** Plays streams to the SDK's MSE player or its WSPlayer (WCS spec F). */
export class WsProvider implements PlaybackProvider {
  constructor(
    private readonly way: WsWay,
    private readonly host: WsProviderHost,
  ) {}

  async open(playback: Playback, publication: Publication, listener: MediaListener): Promise<string | null> {
    const { way, host } = this;
    const has = {
      video: publication.tracks.some(({ kind }) => kind === 'video'),
      audio: publication.tracks.some(({ kind }) => kind === 'audio'),
    };
    if (!has.video && !(has.audio && way.playsSoundAlone)) {
      playback.end(StreamStatus.FAILED, StreamInfo.NO_COMMON_CODECS);
      return null;
    }
    if (!isPossible(playback.request)) {
      playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
      return null;
    }
    playback.derived = true;
    if (has.video) playback.videoCodec = way.codecs.video;
    if (has.audio) playback.audioCodec = way.codecs.audio;
    const sockets = host.socketsOf(playback.session);
    const player = new WsPlayback(playback, listener, host.settings, (closed, socket) => {
      sockets.removePlayer(closed, socket);
      host.onEnded(playback.session);
    });
    playback.attach(player);
    try {
      player.ready(await host.broadcasts.join(publication, way.request(playback, publication), player));
    } catch (error) {
      playback.end(StreamStatus.FAILED, infoOf(error));
    }
    if (playback.ended) return null;
    // Behind the answer, which goes out when this has returned.
    setImmediate(() => {
      if (!playback.ended) way.add(sockets, player);
    });
    return wsAnswer(way.format, has);
  }
}

function infoOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : '';
  return told.includes(reason) ? reason : StreamInfo.FAILED_TO_ADD_STREAM_TO_PROXY;
}
