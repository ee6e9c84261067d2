// Runs in a page: a camera whose picture is the clock of this machine, and a reader of it.
(() => {
  /** Bits of the clock in the picture, each a block of its own, and below it the same inverted. */
  const bits = 16;

  /** @param {{ width?: number, height?: number, frameRate?: number }} [picture] pixels; pictures a second */
  function show({ width = 640, height = 360, frameRate = 30 } = {}) {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.scale(width / 640, height / 360);
    const block = 640 / bits;
    let frames = 0;
    setInterval(() => {
      const code = Date.now() & (2 ** bits - 1);
      for (let bit = 0; bit < bits; bit++) {
        const on = (code >> bit) & 1;
        context.fillStyle = on ? '#fff' : '#000';
        context.fillRect(bit * block, 0, block, 120);
        context.fillStyle = on ? '#000' : '#fff';
        context.fillRect(bit * block, 120, block, 120);
      }
      // Something that moves, so that frames are not nearly empty.
      context.fillStyle = '#888';
      context.fillRect(0, 240, 640, 120);
      for (let dot = 0; dot < 60; dot++) {
        context.fillStyle = `hsl(${(dot * 47 + frames) % 360} 80% 50%)`;
        context.fillRect((dot * 97 + frames * 5) % 620, 240 + ((dot * 31) % 100), 20, 20);
      }
      frames++;
    }, 1000 / frameRate);
    // The SDK uses the old form with callbacks.
    navigator.getUserMedia = (constraints, resolve, reject) => {
      const picture = canvas.captureStream(frameRate).getVideoTracks();
      const sound = navigator.mediaDevices.getUserMedia({ audio: constraints.audio ?? true });
      sound.then((stream) => resolve(new MediaStream([...stream.getAudioTracks(), ...picture])), reject);
    };
  }

  /** Notes what the first video of the page, or WSPlayer, will show: `time`, `at` since the first, `delay`, all ms. */
  function read() {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: bits * 4, height: 12 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    window.shownFrames = [];
    let firstAt = null;
    /** @param {(bit: number, row: number) => number} light of a bit's block, and of the same inverted below it, 0 to 255 */
    const codeIn = (light) => {
      let code = 0;
      for (let bit = 0; bit < bits; bit++) {
        const [on, inverted] = [light(bit, 0) > 127, light(bit, 1) > 127];
        if (on === inverted) return null;
        if (on) code |= 1 << bit;
      }
      return code;
    };
    const brightness = (pixels, width, height) => (bit, row) =>
      pixels[Math.floor((height * (1 + 2 * row)) / 6) * width + Math.floor(((bit + 0.5) * width) / bits)];
    /** The clock in a picture; null where it cannot be read. */
    const codeOf = (video) => {
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return codeIn((bit, row) => data[((2 + 4 * row) * canvas.width + bit * 4 + 2) * 4]);
    };
    const note = (code, time) => {
      firstAt ??= time;
      const delay = (Date.now() - code) & (2 ** bits - 1);
      if (code !== null) window.shownFrames.push({ time, at: time - firstAt, delay });
    };
    const readVideo = (video) =>
      video.requestVideoFrameCallback((now) => {
        note(codeOf(video), now);
        readVideo(video);
      });
    // WSPlayer draws with WebGL: the brightness of the picture is the widest of what it hands over.
    const { texImage2D } = WebGLRenderingContext.prototype;
    WebGLRenderingContext.prototype.texImage2D = function (...args) {
      texImage2D.apply(this, args);
      const [, , , width, height, , , , pixels] = args;
      if (pixels && width >= this.canvas.width)
        note(codeIn(brightness(pixels, width, height)), performance.now());
    };
    new MutationObserver((_, observer) => {
      const video = document.querySelector('video');
      if (!video) return;
      observer.disconnect();
      readVideo(video);
    }).observe(document.body, { childList: true, subtree: true });
  }

  window.timeCode = { show, read };
})();
