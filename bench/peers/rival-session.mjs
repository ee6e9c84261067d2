// A publisher's session with another server than Sluice: the same libdatachannel, another signalling.
import { makeOffer, videoConnection } from './connection.mjs';

const timeout = 20_000;

export class RivalSession {
  #client;
  #ssrc;
  #connection;

  /**
   * @param {{ kind: string, url: string }} client which signalling, and its address
   * @param {number} ssrc of what it sends
   */
  constructor(client, ssrc) {
    this.#client = client;
    this.#ssrc = ssrc;
    const { connection, track } = videoConnection('SendOnly', ssrc);
    this.#connection = connection;
    this.track = track;
  }

  /** Publishes a stream; resolves when media can flow. */
  async start(_url, _request, name) {
    const { publish } = await import(`./signaling/${this.#client.kind}.mjs`);
    const connected = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the publisher did not connect in time')), timeout);
      this.#connection.onStateChange((state) => {
        if (state === 'connected') resolve(clearTimeout(timer));
      });
    });
    const offer = await makeOffer(this.#connection);
    const { answer, published } = await publish(this.#client, name, offer, this.#ssrc);
    this.#connection.setRemoteDescription(answer, 'answer');
    await Promise.all([connected, published]);
  }
}
