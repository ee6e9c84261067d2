const names = [
  'morning-show',
  'lobby-camera',
  'court-1',
  'court-2',
  'webinar-hall',
  'radio-studio',
  'drone-07',
  'keynote',
  'green-room',
  'warehouse-north',
  'parade-bridge',
  'lab-microscope',
];
const findings = {
  warning: {
    code: 'publisher-loss',
    severity: 'warning',
    title: 'The publisher loses 6.2 % of its packets on the way to the server',
    advice:
      'The publisher’s uplink is overloaded or bad: a wire instead of Wi-Fi, or a lower maxBitrate, helps.',
    players: [],
  },
  notice: {
    code: 'viewer-loss',
    severity: 'notice',
    title: '3 viewers lose more than 2 % of what they are sent',
    advice:
      'Their own networks are the likely reason, since the others are well. Simulcast would give them less.',
    players: ['p1', 'p2', 'p3'],
  },
};
const length = 300;

/** Figures that wander, so that charts move as real ones do. */
export class FakeStreams {
  #streams = new Map();
  #past = new Map([[null, []]]);
  #ended = [];
  #started = Date.now() - length * 1000;

  constructor(streams, viewers) {
    for (let i = 0; i < streams; i++) {
      const name = names[i] ?? `stream-${String(i).padStart(3, '0')}`;
      this.#streams.set(name, this.#make(name, i, viewers));
      this.#past.set(name, []);
    }
    for (let i = 0; i < length; i++) this.step(this.#started + i * 1000);
  }

  names() {
    return this.#streams.keys();
  }

  has(name) {
    return this.#streams.has(name);
  }

  rows() {
    return [...this.#streams.values()].map(({ row }) => ({ ...row }));
  }

  end(name) {
    if (!this.#streams.delete(name)) return false;
    this.#ended.push(name);
    return true;
  }

  record(name, on) {
    const stream = this.#streams.get(name);
    if (stream) stream.row.recording = on;
  }

  recordings() {
    return this.rows()
      .filter(({ recording }) => recording)
      .map(({ name, mediaSessionId, startedAt }) => ({
        stream: name,
        mediaSessionId,
        fileName: `stream-${name}.mp4`,
        startedAt: new Date(startedAt).toISOString(),
      }));
  }

  step(time) {
    for (const stream of this.#streams.values()) {
      const { row, base, viewers } = stream;
      row.incoming = wander(row.incoming, base.bitrate, 0.08);
      stream.audience = wander(stream.audience, base.viewers, 0.2);
      row.viewers = Math.max(0, Math.min(viewers.length, Math.round(stream.audience)));
      row.outgoing = row.incoming * row.viewers * 0.98;
      row.fps = Math.round(wander(row.fps, base.fps, 0.03));
      row.publisherLoss = Math.max(0, wander(row.publisherLoss, base.loss, 0.5));
      row.viewerLoss = Math.max(0, wander(row.viewerLoss, base.loss / 2 + 0.002, 0.4));
      row.rtt = wander(row.rtt, base.rtt, 0.1);
      const point = { ...row, viewerRtt: row.rtt * 1.4 };
      push(this.#past.get(row.name), point);
    }
    const rows = this.rows();
    const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
    const viewers = sum('viewers');
    const media = 0.08 + viewers * 0.0009 + Math.random() * 0.03;
    const processes = [
      {
        name: 'control',
        pid: 4101,
        cpu: 0.04 + Math.random() * 0.02,
        memory: 96e6,
        load: null,
        kernelDrops: null,
      },
      { name: 'media 0', pid: 4108, cpu: media, memory: 310e6, load: media, kernelDrops: 0 },
      { name: 'media 1', pid: 4109, cpu: media * 0.7, memory: 305e6, load: media * 0.7, kernelDrops: 12 },
      { name: 'egress', pid: 4120, cpu: 0.06, memory: 120e6, load: null, kernelDrops: null },
    ];
    const server = {
      sessions: viewers + rows.length,
      streams: rows.length,
      viewers,
      recordings: rows.filter(({ recording }) => recording).length,
      incoming: sum('incoming'),
      outgoing: sum('outgoing'),
      cpu: processes.reduce((total, { cpu }) => total + cpu, 0),
      processes,
    };
    push(this.#past.get(null), server);
    const ended = this.#ended.splice(0);
    return { figures: { type: 'figures', time, server, changed: rows, ended } };
  }

  history(name) {
    const past = this.#past.get(name) ?? [];
    const keys =
      name === null
        ? ['viewers', 'streams', 'incoming', 'outgoing', 'cpu']
        : ['incoming', 'outgoing', 'fps', 'publisherLoss', 'viewerLoss', 'rtt', 'viewerRtt', 'viewers'];
    const series = Object.fromEntries(keys.map((key) => [key, past.map((point) => point[key] ?? null)]));
    return { type: 'history', stream: name, startedAt: Date.now() - past.length * 1000, step: 1000, series };
  }

  detail(name, time) {
    const stream = this.#streams.get(name);
    if (!stream) return null;
    const { row, publisher, viewers } = stream;
    const here = viewers.slice(0, row.viewers);
    for (const viewer of here) {
      viewer.bitrate = wander(viewer.bitrate, row.incoming, 0.05);
      viewer.loss = Math.max(0, wander(viewer.loss, viewer.base, 0.4));
      viewer.rtt = wander(viewer.rtt, 20 + viewer.base * 2000, 0.1);
    }
    here.sort((a, b) => b.loss - a.loss);
    Object.assign(publisher, { bitrate: row.incoming, loss: row.publisherLoss, rtt: row.rtt, fps: row.fps });
    const found = row.health === 'good' ? [] : row.health === 'notice' ? ['notice'] : ['warning', 'notice'];
    return {
      type: 'detail',
      time,
      stream: name,
      publisher,
      viewers: here.slice(0, 200),
      viewersTotal: here.length,
      findings: found.map((key) => findings[key]),
      point: this.#past.get(name).at(-1),
    };
  }

  #make(name, index, viewerCount) {
    const health = index % 6 === 3 ? 'warning' : index % 6 === 1 ? 'notice' : 'good';
    const loss = health === 'warning' ? 0.06 : health === 'notice' ? 0.012 : 0.001;
    const base = {
      bitrate: 0.9e6 + (index % 5) * 0.7e6,
      viewers: viewerCount,
      fps: 30,
      loss,
      rtt: 18 + (index % 7) * 9,
    };
    const codec = ['H264', 'VP8', 'VP9', 'AV1'][index % 4];
    const row = {
      name,
      mediaSessionId: `5c2d9b1e-0000-4000-8000-${String(index).padStart(12, '0')}`,
      sessionId: `/127.0.0.1:${40000 + index}/127.0.0.1:8080-${index}`,
      appKey: 'defaultApp',
      startedAt: Date.now() - (index + 1) * 733_000,
      status: 'PUBLISHING',
      width: index % 3 === 2 ? 1920 : 1280,
      height: index % 3 === 2 ? 1080 : 720,
      videoCodec: codec,
      audioCodec: 'opus',
      audioMuted: index % 7 === 4,
      videoMuted: false,
      viewers: Math.round(viewerCount * (0.3 + ((index * 37) % 10) / 14)),
      recording: index % 4 === 0,
      incoming: base.bitrate,
      outgoing: 0,
      fps: 30,
      publisherLoss: loss,
      viewerLoss: loss / 2,
      rtt: base.rtt,
      health,
      finding: health === 'good' ? null : findings[health].title,
    };
    base.viewers = row.viewers;
    const publisher = this.#session(row, 'publish', index, codec);
    const viewers = Array.from({ length: Math.max(viewerCount, row.viewers) * 2 }, (_, i) =>
      this.#session(row, 'play', i, codec),
    );
    return { row, base, publisher, viewers, audience: row.viewers };
  }

  #session(row, kind, i, codec) {
    const clients = [
      ['Chrome 141', 'Windows 10'],
      ['Firefox 145', 'Linux'],
      ['Safari 18.3', 'iOS'],
      ['Chrome 141', 'Android'],
    ];
    const [browser, os] = clients[i % clients.length];
    const base = i % 9 === 2 ? 0.045 : 0.002;
    return {
      mediaSessionId: kind === 'publish' ? row.mediaSessionId : `${row.name}-viewer-${i}`,
      sessionId: kind === 'publish' ? row.sessionId : `${row.name}-session-${i}`,
      kind,
      status: kind === 'publish' ? 'PUBLISHING' : 'PLAYING',
      mediaProvider: 'WebRTC',
      client: { address: `198.51.100.${i % 250}`, browser, os, version: '2.0.276' },
      startedAt: row.startedAt + i * 1000,
      videoCodec: codec,
      audioCodec: 'opus',
      width: row.width,
      height: row.height,
      bitrate: row.incoming,
      estimate: kind === 'publish' ? null : 4.2e6 + (i % 6) * 1e6,
      loss: base,
      base,
      rtt: 30,
      nack: i * 3,
      pli: 2,
      fps: 30,
      candidatePair: {
        local: '203.0.113.7:31000',
        remote: `198.51.100.${i % 250}:${50_000 + i}`,
        protocol: i % 11 === 5 ? 'tcp' : 'udp',
      },
      srtpProfile: 'AEAD_AES_128_GCM',
      mediaProcess: `media ${i % 2}`,
    };
  }
}

function wander(value, home, amount) {
  return value + (home - value) * 0.15 + home * amount * (Math.random() - 0.5);
}

function push(past, point) {
  past.push(point);
  if (past.length > length) past.shift();
}
