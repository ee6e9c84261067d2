// Signalling with Janus's videoroom plugin over its WebSocket API.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { receiverSdp, remoteOf } from './sdp.mjs';

const timeout = 20_000;
const room = 1;

/** A session with one handle of the plugin. */
class Handle {
  #socket;
  #ids = {};
  /** What waits for a message: a test of it, and where it goes. */
  #waiting = new Set();
  /** Resolves when Janus says that media flows. */
  up = this.#message(({ janus }) => janus === 'webrtcup');

  static async open(url) {
    const handle = new Handle();
    handle.up.catch(() => {});
    handle.#socket = new WebSocket(url, 'janus-protocol');
    handle.#socket.on('message', (text) => handle.#receive(JSON.parse(text.toString())));
    handle.#socket.on('error', (error) => handle.#fail(error));
    await once(handle.#socket, 'open', { signal: AbortSignal.timeout(timeout) });
    handle.#ids.session_id = (await handle.#request({ janus: 'create' })).data.id;
    const attached = await handle.#request({ janus: 'attach', plugin: 'janus.plugin.videoroom' });
    handle.#ids.handle_id = attached.data.id;
    return handle;
  }

  /** The event that answers a request to the plugin. */
  async ask(body, jsep) {
    const event = await this.#request({ janus: 'message', body, jsep });
    const { error } = event.plugindata.data;
    if (error) throw new Error(`Janus refuses ${body.request}: ${error}`);
    return event;
  }

  #request(fields) {
    const transaction = randomUUID();
    // A request to a plugin is acknowledged first.
    const answer = this.#message((message) => message.transaction === transaction && message.janus !== 'ack');
    this.#socket.send(JSON.stringify({ ...fields, ...this.#ids, transaction }));
    return answer;
  }

  #message(fits) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Janus does not answer')), timeout);
      const settle = (message) => {
        clearTimeout(timer);
        resolve(message);
      };
      this.#waiting.add({ fits, resolve: settle, reject });
    });
  }

  #receive(message) {
    for (const one of this.#waiting) {
      if (!one.fits(message)) continue;
      this.#waiting.delete(one);
      if (message.janus === 'error') one.reject(new Error(`Janus: ${message.error.reason}`));
      else one.resolve(message);
    }
  }

  #fail(error) {
    for (const { reject } of this.#waiting) reject(error);
  }
}

/** Videoroom knows publishers by number. */
const feedOf = (name) => Number(name.replace(/^\D*/, '')) + 1;

/**
 * @param {{ url: string }} client
 * @param {string} name of the stream, ending in its number
 * @param {string} offer
 */
export async function publish({ url }, name, offer) {
  const handle = await Handle.open(url);
  await handle.ask({ request: 'join', ptype: 'publisher', room, id: feedOf(name) });
  const { jsep } = await handle.ask(
    { request: 'configure', audio: false, video: true },
    { type: 'offer', sdp: offer },
  );
  return { answer: jsep.sdp, published: handle.up };
}

/** As wcs.mjs: here the server offers. */
export async function play({ url }, name, local) {
  const handle = await Handle.open(url);
  const streams = [{ feed: feedOf(name) }];
  const { jsep } = await handle.ask({ request: 'join', ptype: 'subscriber', room, streams });
  const payloadType = Number(/^m=video \d+ \S+ (\d+)/m.exec(jsep.sdp)?.[1]);
  const mid = /^a=mid:(\S+)/m.exec(jsep.sdp)?.[1];
  const answer = receiverSdp(local, 'active', payloadType, mid);
  await handle.ask({ request: 'start', room }, { type: 'answer', sdp: answer });
  return { remote: remoteOf(jsep.sdp), playing: handle.up };
}
