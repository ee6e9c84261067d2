import { type Feed, type MediaSettings, pipedDescriptions, pipeReceiverSsrc } from '../media/index.js';
import type { PlainPort } from '../transport/index.js';
import type { ToMedia } from './channel.js';
import type { PeerHost } from './peer.js';
import { PipeSource } from './pipe-source.js';
import { PublisherPeer } from './publisher-peer.js';

const notOpened = 'the pipe cannot be opened';

/** Opens this media process's ends of pipes on its pipe port. Each says in words why it cannot be. */
export class PipeEnds {
  constructor(
    private readonly port: PlainPort,
    private readonly host: PeerHost,
    private readonly settings: MediaSettings,
  ) {}

  openSource(
    { id, pipe }: Extract<ToMedia, { type: 'openPipeSource' }>,
    publisher: PublisherPeer,
    now: number,
  ): PipeSource | string {
    const source = new PipeSource(id, this.host);
    const transport = this.port.createTransport(pipe.tag, pipe.port, source.handler);
    if (!transport) return notOpened;
    source.start(transport, pipe.tag, publisher, now);
    return source;
  }

  /** Opens a publisher that is fed by a pipe. */
  openSink(
    { id, pipe, tracks }: Extract<ToMedia, { type: 'openPipeSink' }>,
    onPending: (feed: Feed) => void,
    now: number,
  ): PublisherPeer | string {
    const peer = new PublisherPeer(id, this.host);
    const handler = peer.handlerFor(0);
    const transport = this.port.createTransport(pipe.tag, pipe.port, handler);
    if (!transport) return notOpened;
    peer.transports.push(transport);
    // Whether the publisher is silent is its own process's to say, and so is the size of its picture.
    const settings = { ...this.settings, rtpActivityTimeout: Number.POSITIVE_INFINITY };
    const ssrc = pipeReceiverSsrc(pipe.tag);
    if (!peer.build(pipedDescriptions(tracks), this.port.memory, settings, onPending, () => {}, ssrc)) {
      peer.close();
      return 'the packet memory is exhausted';
    }
    handler.onConnected(now);
    return peer;
  }
}
