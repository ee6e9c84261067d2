// Runs in the page before the Web SDK: looks at what its players of WebSockets show and play.
(() => {
  // Or a canvas of WebGL is empty to those who ask later.
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return getContext.call(this, kind, { ...options, preserveDrawingBuffer: true });
  };

  // WSPlayer's sound goes through a gain node.
  let analyser;
  const { createGain } = AudioContext.prototype;
  AudioContext.prototype.createGain = function () {
    const gain = createGain.call(this);
    analyser ??= this.createAnalyser();
    analyser.fftSize = 32768;
    gain.connect(analyser);
    return gain;
  };

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const sample = new OffscreenCanvas(64, 64);

  /** The colours in the middle of the quadrants of what a stream shows; null while there is nothing. */
  function quadrants(key) {
    const shown = driver.display(key).querySelector('video, canvas');
    const width = shown?.videoWidth ?? shown?.width ?? 0;
    if (width === 0) return null;
    const context = sample.getContext('2d', { willReadFrequently: true });
    context.drawImage(shown, 0, 0, 64, 64);
    const middles = [16, 48].flatMap((y) => [16, 48].map((x) => [x, y]));
    return middles.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
  }

  /** Waits until the quadrants are of these colours, within 40 each. @returns what was seen last */
  async function waitForQuadrants(key, wanted, ms) {
    const startedAt = performance.now();
    const near = (seen) =>
      seen?.every((color, index) => color.every((part, at) => Math.abs(part - wanted[index][at]) <= 40));
    let seen = quadrants(key);
    while (!near(seen) && performance.now() - startedAt < ms) {
      await pause(20);
      seen = quadrants(key);
    }
    return { near: near(seen) ?? false, seen };
  }

  /** Waits until a video element has played for so many seconds. @returns that, and the bytes of sound it has decoded */
  async function played(key, seconds, ms) {
    const video = driver.display(key).querySelector('video');
    const startedAt = performance.now();
    while (video.currentTime < seconds && performance.now() - startedAt < ms) await pause(50);
    return { seconds: video.currentTime, audioBytes: video.webkitAudioDecodedByteCount };
  }

  /** Waits until WSPlayer's sound is louder than `threshold`. @returns the loudest that it was */
  async function loudest(_key, threshold, ms) {
    const samples = new Float32Array(analyser.fftSize);
    let peak = 0;
    for (
      const startedAt = performance.now();
      peak <= threshold && performance.now() - startedAt < ms;
      await pause(100)
    ) {
      analyser.getFloatTimeDomainData(samples);
      for (const value of samples) peak = Math.max(peak, Math.abs(value));
    }
    return peak;
  }

  window.wsMedia = { waitForQuadrants, played, loudest };
})();
