import type { Browser, Tab } from './tab.js';

/** How a page without the SDK publishes: what goes to `addTransceiver`, and the codec it is to be. */
export interface RawPublishOptions {
  readonly codec: string;
  readonly encodings: readonly Readonly<Record<string, unknown>>[];
  /** What its encoder begins with, kbit/s, instead of growing for some 15 s until its picture is as large as it may be. */
  readonly startBitrate?: number;
  /** Port that it reaches the server's media port through. */
  readonly through?: { readonly port: number; readonly relay: number };
}

export interface RawEncodingStats {
  readonly rid: string | null;
  readonly active: boolean;
  readonly frameWidth: number;
  readonly framesSent: number;
  readonly scalabilityMode: string | null;
  /** Of its retransmissions; 0 where they are not agreed on. */
  readonly rtxSsrc: number;
  readonly retransmittedPacketsSent: number;
}

const script = (wsUrl: string, name: string, options: RawPublishOptions) => `(async () => {
  const name = ${JSON.stringify(name)};
  const { codec, encodings, through, startBitrate } = ${JSON.stringify(options)};
  const socket = new WebSocket(${JSON.stringify(wsUrl)});
  const opened = new Promise((resolve) => { socket.onopen = resolve; });
  const statuses = window.rawStatuses = [];
  const send = (message, data) => socket.send(JSON.stringify({ message, data: [data] }));
  const pc = window.rawPc = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
  const [track] = stream.getTracks();
  const transceiver = pc.addTransceiver(track, { direction: 'sendonly', sendEncodings: encodings });
  const codecs = RTCRtpSender.getCapabilities('video').codecs.filter(
    ({ mimeType }) => mimeType === 'video/' + codec || mimeType === 'video/rtx');
  transceiver.setCodecPreferences(codecs);
  await opened;
  await new Promise((resolve, reject) => {
    socket.onmessage = async ({ data }) => {
      const { message, data: [payload, sdp] } = JSON.parse(data);
      if (message === 'ping') send('pong', null);
      if (message === 'getUserData') {
        await pc.setLocalDescription(await pc.createOffer());
        window.rawOffer = pc.localDescription.sdp;
        send('publishStream', { mediaSessionId: crypto.randomUUID(), name, mediaProvider: 'WebRTC', sdp: window.rawOffer });
      }
      if (message === 'setRemoteSDP') {
        window.rawAnswer = sdp;
        const path = through ? sdp.replaceAll(' ' + through.port + ' typ host', ' ' + through.relay + ' typ host') : sdp;
        // Behind the codec's a=rtpmap, as one more of its a=fmtp.
        const begin = (line, type) => line + 'a=fmtp:' + type + ' x-google-start-bitrate=' + startBitrate + '\\r\\n';
        const mapping = new RegExp('a=rtpmap:([0-9]+) ' + codec + '/90000\\r\\n');
        const answer = startBitrate ? path.replace(mapping, begin) : path;
        await pc.setRemoteDescription({ type: 'answer', sdp: answer }).catch(reject);
      }
      if (message === 'notifyStreamStatusEvent') {
        statuses.push(payload.status);
        if (payload.status === 'PUBLISHING') resolve();
        if (payload.status === 'FAILED') reject(new Error(payload.info));
      }
    };
    send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'] });
  });
  return window.rawAnswer;
})()`;

const stats = `(async () => JSON.stringify([...(await rawPc.getStats()).values()]
  .filter(({ type, kind }) => type === 'outbound-rtp' && kind === 'video')
  .map(({ rid, active, frameWidth, framesSent, scalabilityMode, rtxSsrc, retransmittedPacketsSent }) => ({
    rid: rid ?? null, active: active ?? true, frameWidth: frameWidth ?? 0, framesSent, scalabilityMode: scalabilityMode ?? null, rtxSsrc: rtxSsrc ?? 0, retransmittedPacketsSent,
  }))))()`;

/** A page that speaks the WebSocket messages itself and publishes the (fake) camera at 1280×720. */
export class RawPublisher {
  private constructor(
    readonly tab: Tab,
    readonly answer: string,
  ) {}

  /** Resolves when the server says PUBLISHING. */
  static async open(
    browser: Browser,
    pageUrl: string,
    wsUrl: string,
    name: string,
    options: RawPublishOptions,
  ): Promise<RawPublisher> {
    const tab = await browser.newTab();
    await tab.goto(pageUrl);
    return new RawPublisher(tab, await tab.evaluate<string>(script(wsUrl, name, options)));
  }

  async stats(): Promise<RawEncodingStats[]> {
    return JSON.parse(await this.tab.evaluate<string>(stats)) as RawEncodingStats[];
  }

  /** Waits until every encoding has sent frames at a width. */
  async reachWidths(widths: readonly number[], ms: number): Promise<RawEncodingStats[]> {
    const deadline = performance.now() + ms;
    for (;;) {
      const all = await this.stats();
      const sent = all.map(({ frameWidth }) => frameWidth).sort((a, b) => a - b);
      if (sent.join() === [...widths].join()) return all;
      if (performance.now() > deadline) throw new Error(`encodings: ${JSON.stringify(all)}`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  close(): Promise<void> {
    return this.tab.close();
  }
}
