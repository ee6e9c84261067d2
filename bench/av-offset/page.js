// Runs in the page: sends the tracks that the Web SDK publishes over a second connection, to whom the benchmark answers for.
(() => {
  let connection;
  /** Of the Web SDK, and ours. */
  const connections = [];
  const NativePeerConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends NativePeerConnection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  window.reference = {
    async open(source) {
      await flashAndBeep({ ...source, irregular: true });
    },

    /**
     * What the Web SDK sends, in the same codecs, without what only a repair needs. The very same tracks: it has the sound
     * pass through an AudioContext of its own, which delays it.
     */
    async offer(bitrate) {
      const tracks = connections[0].getSenders().flatMap(({ track }) => track ?? []);
      connection = new RTCPeerConnection();
      const wanted = { audio: /\/opus$/i, video: /\/h264$/i };
      for (const track of tracks) {
        const transceiver = connection.addTransceiver(track, { direction: 'sendonly' });
        const { codecs } = RTCRtpSender.getCapabilities(track.kind);
        const [codec] = codecs.filter(({ mimeType }) => wanted[track.kind].test(mimeType));
        transceiver.setCodecPreferences([codec]);
        if (track.kind === 'audio') continue;
        const parameters = transceiver.sender.getParameters();
        for (const encoding of parameters.encodings) encoding.maxBitrate = bitrate;
        await transceiver.sender.setParameters(parameters);
      }
      await connection.setLocalDescription();
      return connection.localDescription.sdp;
    },

    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
    state: () => connection.connectionState,
    captured: () => window.captured,
  };
})();
