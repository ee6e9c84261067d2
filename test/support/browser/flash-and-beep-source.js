// Runs in the page: a camera and a microphone whose picture and sound begin at the same time, about once a second.
(() => {
  /**
   * 120 ms of white on black, and a tone at the same time. getUserMedia gives them from now on.
   *
   * @param {{ width?: number, height?: number, rate?: number, irregular?: boolean }} [options] pixels; pictures a second;
   *   0.8 to 1.2 s between flashes, by chance, so that each can be found again in another file
   */
  async function flashAndBeep({ width = 320, height = 240, rate = 60, irregular = false } = {}) {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    const audio = new AudioContext({ latencyHint: 'interactive' });
    const tone = new OscillatorNode(audio, { frequency: 1000 });
    const volume = new GainNode(audio, { gain: 0 });
    const sink = new MediaStreamAudioDestinationNode(audio);
    tone.connect(volume).connect(sink);
    tone.start();
    let frames = 0;
    /** The frame with which the flash begins that was last or is to come. */
    let flash = 0;
    setInterval(() => {
      if (frames >= flash + 0.12 * rate)
        flash += irregular ? Math.round((0.8 + 0.4 * Math.random()) * rate) : rate;
      context.fillStyle = frames >= flash ? '#fff' : '#000';
      context.fillRect(0, 0, width, height);
      // Something that moves, so that every frame is one.
      context.fillStyle = '#f00';
      context.fillRect((frames * 3) % (width - 20), height - 20, 10, 10);
      if (frames === flash) {
        volume.gain.setValueAtTime(0.5, audio.currentTime);
        volume.gain.setValueAtTime(0, audio.currentTime + 0.12);
      }
      frames++;
    }, 1000 / rate);
    const [sound] = sink.stream.getAudioTracks();
    const [picture] = canvas.captureStream(rate).getVideoTracks();
    // The SDK uses the old form with callbacks.
    navigator.getUserMedia = (_, resolve) => resolve(new MediaStream([sound, picture]));
    window.captured = watch(picture, sound);
    await audio.resume();
    return { sound, picture };
  }

  /** Notes when what is captured comes out of tracks, ms: sound is rendered ahead, pictures are drawn behind. */
  function watch(picture, sound) {
    const captured = { flashes: [], beeps: [] };
    const small = new OffscreenCanvas(4, 4).getContext('2d', { willReadFrequently: true });
    read(picture, (frame, now) => {
      small.drawImage(frame, 0, 0, 4, 4);
      if (small.getImageData(1, 1, 1, 1).data[0] > 120) note(captured.flashes, now);
    });
    read(sound, (data, now) => {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      const first = samples.findIndex((sample) => Math.abs(sample) > 0.06);
      if (first >= 0) note(captured.beeps, now - ((samples.length - first) / data.sampleRate) * 1000);
    });
    return captured;
  }

  function note(list, time) {
    if (time - (list.last ?? -1000) > 400) list.push(time);
    list.last = time;
  }

  async function read(track, each) {
    const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      each(value, performance.now());
      value.close();
    }
  }

  window.flashAndBeep = flashAndBeep;
  window.watchFlashes = watch;
})();
