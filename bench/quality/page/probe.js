// Runs in the page before anything else: watches the Web SDK's connections and its WebSocket from outside.
(() => {
  let recovery = true;
  const connections = [];
  const NativePeerConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativePeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
    async createOffer(...args) {
      const { type, sdp } = await super.createOffer(...args);
      return { type, sdp: recovery ? sdp : withoutRecovery(sdp) };
    }
  };

  /** The last of the server's once-a-second figures about a stream. */
  let serverFigures = null;
  const NativeWebSocket = window.WebSocket;
  window.WebSocket = class extends NativeWebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !/boundVideoRate"/.test(data.slice(0, 60))) return;
        serverFigures = JSON.parse(data).data[0];
      });
    }
  };

  /** Takes NACK and PLI out of an offer (RFC 4585 section 4.2). */
  function withoutRecovery(sdp) {
    return sdp.replaceAll(/a=rtcp-fb:\S+ nack(?: pli)?\r\n/g, '');
  }

  /** When each picture was shown, ms of performance.now(). */
  const shown = [];
  async function watchPictures() {
    let video;
    while (!video) {
      video = document.querySelector('video');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const note = (now) => {
      shown.push(now);
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  }

  const fields = {
    'inbound-rtp': [
      'ssrc rtxSsrc packetsReceived packetsLost bytesReceived retransmittedPacketsReceived',
      'framesReceived framesDecoded framesDropped keyFramesDecoded freezeCount totalFreezesDuration',
      'nackCount pliCount firCount jitterBufferDelay jitterBufferEmittedCount totalDecodeTime frameWidth',
    ],
    'outbound-rtp': [
      'ssrc rtxSsrc packetsSent bytesSent retransmittedPacketsSent framesEncoded framesSent keyFramesEncoded',
      'nackCount pliCount targetBitrate qualityLimitationReason frameWidth framesPerSecond totalEncodeTime',
    ],
    'remote-inbound-rtp': ['packetsLost fractionLost roundTripTime'],
    'candidate-pair': ['availableOutgoingBitrate currentRoundTripTime'],
  };

  /** The video statistics of the newest connection. */
  async function stats() {
    const time = performance.now();
    const reports = [...(await connections.at(-1).getStats()).values()];
    const pick = (type, matches) => {
      const report = reports.find((candidate) => candidate.type === type && matches(candidate));
      if (!report) return null;
      const names = fields[type].join(' ').split(' ');
      return Object.fromEntries(names.map((name) => [name, report[name] ?? null]));
    };
    const isVideo = ({ kind }) => kind === 'video';
    return {
      time,
      inbound: pick('inbound-rtp', isVideo),
      outbound: pick('outbound-rtp', isVideo),
      remoteInbound: pick('remote-inbound-rtp', isVideo),
      pair: pick('candidate-pair', ({ nominated }) => nominated),
      server: serverFigures,
    };
  }

  /** Lets the encoder use so many bit/s, whatever Chromium allows for the size. */
  async function allow(bitsPerSecond) {
    const sender = connections
      .at(-1)
      .getSenders()
      .find(({ track }) => track?.kind === 'video');
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = bitsPerSecond;
    await sender.setParameters(parameters);
  }

  /** Has the encoder leave pictures out rather than make them smaller. */
  async function keepSize() {
    const sender = connections
      .at(-1)
      .getSenders()
      .find(({ track }) => track?.kind === 'video');
    await sender.setParameters({ ...sender.getParameters(), degradationPreference: 'maintain-resolution' });
  }

  window.probe = {
    stats,
    allow,
    keepSize,
    watchPictures,
    shown: () => shown,
    switchRecoveryOff: () => {
      recovery = false;
    },
  };
})();
