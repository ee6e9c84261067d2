import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';

/** Parts of the SDK that are no modules of their own, run as they are. */

const require = createRequire(import.meta.url);

/** What the demuxer tells of, of what it is the tests look at. */
export interface MseEvent {
  readonly type?: 'audio' | 'video';
  /** Seconds. */
  readonly startPTS?: number;
  readonly endPTS?: number;
  /** Samples in it. */
  readonly nb?: number;
  /** Its mdat box. */
  readonly data2?: Uint8Array;
  readonly tracks?: Readonly<Record<string, { readonly codec: string; readonly metadata: unknown }>>;
}

/** What the SDK's MSE player makes of the messages of its media WebSocket. */
export interface MseDemuxer {
  setAvailableMedia(audio: boolean, video: boolean): void;
  onData(message: ArrayBuffer): void;
}

type MseDemuxerClass = new (
  observer: { trigger(event: string, data?: MseEvent): void },
  config: { fragmentLengthMs: number; cutByIFrameOnly: boolean },
) => MseDemuxer;

/** The number that the bundle gives the demuxer's module, and that of the one it begins with. */
const DEMUXER = 564;
const ENTRY = 561;

/** The demuxer out of the bundle, which is made to begin with it. */
export function loadMseDemuxer(): MseDemuxerClass {
  const source = readSource('src/media-source-media-provider.js');
  const bundle = source.replace(`},{},[${ENTRY}])(${ENTRY})`, `},{},[${DEMUXER}])(${DEMUXER})`);
  if (bundle === source) throw new Error('the bundle of the SDK has changed');
  const module: { exports: { default?: MseDemuxerClass } } = { exports: {} };
  const navigator = { userAgent: 'Chrome', vendor: 'Google Inc.' };
  compileFunction(bundle, ['module', 'exports', 'navigator'])(module, module.exports, navigator);
  return module.exports.default!;
}

export interface AvData {
  readonly message: string;
  /** `ts` in ms by the clock reports. */
  readonly video?: readonly { readonly ts: number; readonly payload: Uint8Array; readonly kframe: number }[];
  readonly audio?: readonly { readonly sync: number; readonly payload: Float32Array }[];
}

/** The WebSocket as the receiver sees it. */
interface Socket {
  onopen?(): void;
  onmessage?(event: { data: unknown }): void;
}

/** The SDK's WSPlayer up to its decoder, in a worker whose time does not pass. */
export class WsReceiver {
  /** What it gave to the decoder. */
  readonly posted: AvData[] = [];
  /** What it sent to the server. */
  readonly sent: unknown[] = [];
  #socket: Socket = {};
  #tick = (): void => {};

  constructor() {
    const open = (socket: Socket) => {
      this.#socket = socket;
      return Object.assign(socket, { send: (text: string) => this.sent.push(JSON.parse(text)) });
    };
    function WebSocket(this: Socket): void {
      open(this);
    }
    const worker = {
      onmessage(_event: unknown): void {},
      postMessage: (data: AvData) => this.posted.push(data),
    };
    const setInterval = (tick: () => void) => {
      this.#tick = tick;
    };
    const source = readSource('examples/demo/dependencies/websocket-player/WSReceiver2.js');
    const quiet = { log() {}, warn() {}, error() {} };
    compileFunction(source, ['self', 'WebSocket', 'setInterval', 'clearInterval', 'console'])(
      worker,
      WebSocket,
      setInterval,
      () => {},
      quiet,
    );
    const sizes = { videoWidth: 320, videoHeight: 240, audioContextSampleRate: 8000, audioChunkLength: 160 };
    const server = { urlWsServer: 'ws://server', token: 'token' };
    worker.onmessage({ data: { message: 'init', data: { ...sizes, ...server } } });
    this.#socket.onopen?.();
    worker.onmessage({ data: { message: 'play' } });
  }

  /** A message comes on the media WebSocket: text or a packet. */
  receive(message: string | Uint8Array): void {
    this.#socket.onmessage?.({ data: typeof message === 'string' ? message : message.slice().buffer });
  }

  /** A step of the player, which it makes every 50 ms. */
  step(): void {
    this.#tick();
  }
}

function readSource(path: string): string {
  return readFileSync(require.resolve(`@flashphoner/websdk/${path}`), 'utf8');
}
