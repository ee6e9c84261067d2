// Runs in the page, beside the unchanged Web SDK: does what an application does with it and writes down all that happens.
// The test calls `driver.<method>(...)`; streams are known by a key that the test chooses.
(() => {
  const peerConnections = [];
  const NativePeerConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativePeerConnection {
    constructor(...args) {
      super(...args);
      peerConnections.push(this);
    }
  };

  const streams = new Map();
  const sessionStatuses = [];
  const debugEvents = [];
  let session;
  let userData;

  /** Resolves at the first true answer of `check`, asked on every `recheck()` of `owner`. */
  function eventually(owner, check, ms, describe) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        owner.checks.delete(recheck);
        reject(new Error(`${describe()} (waited ${ms} ms)`));
      }, ms);
      function recheck() {
        if (!check()) return;
        clearTimeout(timer);
        owner.checks.delete(recheck);
        resolve();
      }
      owner.checks.add(recheck);
      recheck();
    });
  }

  function recheckAll(owner) {
    for (const check of [...owner.checks]) check();
  }

  const sessionOwner = { checks: new Set() };

  /** `init`: options of Flashphoner.init; the others are those of createSession. */
  async function connect(urlServer, { init = {}, ...options } = {}) {
    Flashphoner.init(init);
    session = Flashphoner.createSession({ urlServer, ...options });
    for (const status of Object.values(Flashphoner.constants.SESSION_STATUS)) {
      session.on(status, (subject, detail) => {
        if (status === 'ESTABLISHED') userData = detail;
        if (status === 'DEBUG') debugEvents.push(subject);
        sessionStatuses.push({ status, time: performance.now() });
        recheckAll(sessionOwner);
      });
    }
    await waitSession(['ESTABLISHED', 'FAILED', 'DISCONNECTED'], 10_000);
    return sessionStatuses.map(({ status }) => status);
  }

  async function waitSession(wanted, ms) {
    const describe = () => `session: no ${wanted.join('|')}; statuses: ${JSON.stringify(sessionStatuses)}`;
    await eventually(
      sessionOwner,
      () => sessionStatuses.some(({ status }) => wanted.includes(status)),
      ms,
      describe,
    );
    return sessionStatuses;
  }

  /** Starts or stops the session's debug and waits for the event that answers it. */
  async function debug(method, ms) {
    const known = debugEvents.length;
    session[method]();
    await eventually(
      sessionOwner,
      () => debugEvents.length > known,
      ms,
      () => `${method}: no DEBUG event`,
    );
    return debugEvents[known];
  }

  /** Notes the moment when the first decoded frame can be shown, by whichever of the two clues comes first. */
  function watchFirstFrame(stream, video) {
    const seen = () => {
      stream.firstFrameMs ??= performance.now() - stream.startedAt;
      clearInterval(timer);
      recheckAll(stream);
    };
    const timer = setInterval(() => {
      // Firefox counts no frames of a MediaStream in getVideoPlaybackQuality(), but those it paints.
      const frames = Math.max(video.getVideoPlaybackQuality().totalVideoFrames, video.mozPaintedFrames ?? 0);
      if (frames > 0) seen();
    }, 10);
    video.requestVideoFrameCallback?.(seen);
  }

  /**
   * Starts a stream with the SDK: `open` makes it in a display and says publish() or play() to it; `provider`: that of its
   * media.
   */
  function start(key, open, provider = 'WebRTC') {
    const display = document.createElement('div');
    display.style.cssText = 'width:640px;height:360px';
    document.body.append(display);
    const stream = {
      statuses: [],
      qualities: [],
      checks: new Set(),
      display,
      startedAt: performance.now(),
      firstFrameMs: null,
      connectedMs: null,
    };
    streams.set(key, stream);
    new MutationObserver((_, observer) => {
      stream.video = display.querySelector('video');
      if (!stream.video) return;
      observer.disconnect();
      watchFirstFrame(stream, stream.video);
    }).observe(display, { childList: true, subtree: true });

    const known = peerConnections.length;
    stream.sdk = open(display);
    const { STREAM_STATUS, STREAM_EVENT, CONNECTION_QUALITY } = Flashphoner.constants;
    stream.sdk.on(CONNECTION_QUALITY.UPDATE, (quality, clientRate, serverRate) => {
      stream.qualities.push({ quality, clientRate, serverRate, time: performance.now() - stream.startedAt });
    });
    for (const status of [...Object.values(STREAM_STATUS), STREAM_EVENT]) {
      stream.sdk.on(status, (event) => {
        const size = status === 'RESIZE' ? stream.sdk.videoResolution() : undefined;
        const detail = status === STREAM_EVENT ? event : undefined;
        const info = stream.sdk.getInfo() ?? null;
        stream.statuses.push({
          status,
          info,
          time: performance.now() - stream.startedAt,
          size,
          event: detail,
        });
        recheckAll(stream);
      });
    }
    // The others' media comes over a WebSocket.
    return provider === 'WebRTC' ? claimPeerConnection(stream, known) : undefined;
  }

  /** The SDK makes one connection a stream, some time later: waits for it, so that streams cannot be confused. */
  async function claimPeerConnection(stream, known) {
    const ended = () => stream.statuses.some(({ status }) => status === 'FAILED');
    const timer = setInterval(() => recheckAll(stream), 5);
    try {
      const describe = () => 'the SDK made no RTCPeerConnection';
      await eventually(stream, () => peerConnections.length > known || ended(), 20_000, describe);
      const connection = peerConnections[known];
      stream.connection = connection;
      connection?.addEventListener('connectionstatechange', () => {
        if (connection.connectionState === 'connected')
          stream.connectedMs ??= performance.now() - stream.startedAt;
      });
    } finally {
      clearInterval(timer);
    }
  }

  async function wait(key, wanted, ms) {
    const stream = streams.get(key);
    const describe = () => `${key}: no ${wanted.join('|')}; statuses: ${JSON.stringify(stream.statuses)}`;
    await eventually(
      stream,
      () => stream.statuses.some(({ status }) => wanted.includes(status)),
      ms,
      describe,
    );
    return stream.statuses.find(({ status }) => wanted.includes(status));
  }

  async function firstFrame(key, ms) {
    const stream = streams.get(key);
    const describe = () => `${key}: no frame; statuses: ${JSON.stringify(stream.statuses)}`;
    await eventually(stream, () => stream.firstFrameMs !== null, ms, describe);
    return stream.firstFrameMs;
  }

  /** The candidate pair that is in use: its protocol, where the server is, and whether a relay is in between. */
  function pathIn(reports) {
    const byId = (id) => reports.find((report) => report.id === id);
    const transport = reports.find(({ selectedCandidatePairId }) => selectedCandidatePairId);
    const pair =
      byId(transport?.selectedCandidatePairId) ??
      reports.find(
        ({ type, selected, nominated, state }) =>
          type === 'candidate-pair' && (selected ?? (nominated && state === 'succeeded')),
      );
    const remote = byId(pair?.remoteCandidateId);
    if (!remote) return null;
    const local = byId(pair?.localCandidateId);
    const relay = local?.candidateType === 'relay' ? { relay: local.relayProtocol } : {};
    return { protocol: remote.protocol, address: remote.address ?? remote.ip, port: remote.port, ...relay };
  }

  async function stats(key) {
    const { connection, video, statuses, firstFrameMs, connectedMs } = streams.get(key);
    const reports = [...(await connection.getStats()).values()];
    const rtp = (type, kind) => {
      const report = reports.find((candidate) => candidate.type === type && candidate.kind === kind);
      if (!report) return null;
      const codec = reports.find(({ id }) => id === report.codecId)?.mimeType ?? null;
      const {
        framesDecoded,
        framesEncoded,
        packetsReceived,
        packetsLost,
        packetsSent,
        freezeCount,
        pliCount,
        concealedSamples,
        totalSamplesReceived,
      } = report;
      const bytes = report.bytesReceived ?? report.bytesSent;
      return {
        codec,
        bytes,
        framesDecoded,
        framesEncoded,
        packetsReceived,
        packetsLost,
        packetsSent,
        freezeCount,
        pliCount,
        concealedSamples,
        totalSamplesReceived,
      };
    };
    return {
      time: performance.now(),
      state: connection.connectionState,
      path: pathIn(reports),
      videoWidth: video?.videoWidth ?? 0,
      videoHeight: video?.videoHeight ?? 0,
      firstFrameMs,
      connectedMs,
      statuses: statuses.map(({ status }) => status),
      inbound: { audio: rtp('inbound-rtp', 'audio'), video: rtp('inbound-rtp', 'video') },
      outbound: { audio: rtp('outbound-rtp', 'audio'), video: rtp('outbound-rtp', 'video') },
    };
  }

  /** A stream of the session, outside of rooms. */
  function createStream(kind, options) {
    return (display) => {
      const stream = session.createStream({ display, ...options });
      stream[kind]();
      return stream;
    };
  }

  /** Asks for a picture of a stream, as applications do: with a stream object of its own. Resolves with the event. */
  function snapshot(name, ms) {
    return new Promise((resolve, reject) => {
      const { STREAM_EVENT } = Flashphoner.constants;
      const asking = session.createStream({ name, display: document.createElement('div') });
      setTimeout(() => reject(new Error(`no answer to snapshot within ${ms} ms`)), ms);
      asking.on(STREAM_EVENT, resolve);
      asking.snapshot();
    });
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Statistics now and then `count` times more, a second apart. */
  async function sample(key, count) {
    const samples = [await stats(key)];
    for (let second = 0; second < count; second++) {
      await pause(1000);
      samples.push(await stats(key));
    }
    return samples;
  }

  /** Watches a stream's video bitrate over windows of 2 s until it exceeds `bitsPerSecond`, at most `ms`. */
  async function reachBitrate(key, direction, bitsPerSecond, ms) {
    const samples = [];
    const startedAt = performance.now();
    let best = 0;
    while (performance.now() - startedAt < ms && best <= bitsPerSecond) {
      const { time, [direction]: media } = await stats(key);
      samples.push({ time, bytes: media.video?.bytes ?? 0 });
      const first = samples.findLast((sample) => sample.time <= time - 2000);
      if (first) best = Math.max(best, ((samples.at(-1).bytes - first.bytes) * 8000) / (time - first.time));
      await pause(200);
    }
    return { bitsPerSecond: Math.round(best), afterMs: Math.round(performance.now() - startedAt) };
  }

  /** A stream's mean video bitrate from now over `seconds`, bit/s. */
  async function meanBitrate(key, direction, seconds) {
    const from = await stats(key);
    await pause(seconds * 1000);
    const to = await stats(key);
    const bytes = (to[direction].video?.bytes ?? 0) - (from[direction].video?.bytes ?? 0);
    return Math.round((bytes * 8000) / (to.time - from.time));
  }

  /** Waits at most `ms` until the picture is `width` wide; returns the last size. */
  async function reachWidth(key, width, ms) {
    const { video } = streams.get(key);
    const startedAt = performance.now();
    while (video.videoWidth !== width && performance.now() - startedAt < ms) await pause(50);
    return { width: video.videoWidth, height: video.videoHeight };
  }

  window.driver = {
    reachWidth,
    connect,
    waitSession,
    userData: () => userData,
    debug,
    wait,
    firstFrame,
    stats,
    sample,
    reachBitrate,
    meanBitrate,
    snapshot,
    start,
    display: (key) => streams.get(key).display,
    eventually,
    recheckAll,
    publish: (key, options) => start(key, createStream('publish', options)),
    play: (key, options) =>
      start(key, createStream('play', options), options.mediaProvider ?? Flashphoner.getMediaProviders()[0]),
    statuses: (key) => streams.get(key).statuses,
    qualities: (key) => streams.get(key).qualities,
    constrain: (key, constraints) =>
      streams
        .get(key)
        .connection.getSenders()
        .find(({ track }) => track?.kind === 'video')
        .track.applyConstraints(constraints),
    /** What the SDK sends of a stream: not the very tracks that it was given, its sound has been through a gain node. */
    sent: (key) =>
      streams
        .get(key)
        .connection.getSenders()
        .flatMap(({ track }) => track ?? []),
    recordInfo: (key) => streams.get(key).sdk.getRecordInfo(),
    stop: (key) => streams.get(key).sdk.stop(),
    disconnect: () => session.disconnect(),
  };
})();
