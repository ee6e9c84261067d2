// Runs in the page behind the probe: sends the camera to another page, or shows what comes from there.
(() => {
  let connection;

  /** As the Web SDK offers it, but H.264 alone: what the server agrees on. */
  async function offer(constraints) {
    connection = new RTCPeerConnection();
    const media = await navigator.mediaDevices.getUserMedia(constraints);
    for (const track of media.getTracks()) {
      const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [media] });
      if (track.kind !== 'video') continue;
      track.contentHint = 'motion';
      const { codecs } = RTCRtpSender.getCapabilities('video');
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => /\/(h264|rtx)$/i.test(mimeType)));
    }
    await connection.setLocalDescription();
    return connection.localDescription.sdp;
  }

  async function answer(sdp) {
    // Pages that may use the microphone do not hide their addresses behind names (mDNS).
    const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of microphone.getTracks()) track.stop();
    window.direct.answeredAt = performance.now();
    connection = new RTCPeerConnection();
    const video = document.createElement('video');
    video.autoplay = true;
    document.body.append(video);
    connection.ontrack = ({ streams }) => {
      video.srcObject = streams[0];
    };
    const gathered = new Promise((resolve) => {
      connection.onicegatheringstatechange = () => {
        if (connection.iceGatheringState === 'complete') resolve();
      };
    });
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    await gathered;
    return connection.localDescription.sdp;
  }

  window.direct = {
    offer,
    answer,
    accept: (sdp) => connection.setRemoteDescription({ type: 'answer', sdp }),
    answeredAt: 0,
  };
})();
