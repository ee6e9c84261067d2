import type { Tab } from './tab.js';

const GATHERED = `new Promise((resolve) => {
  const check = () => { if (pc.iceGatheringState === 'complete') resolve(pc.localDescription.sdp); };
  pc.addEventListener('icegatheringstatechange', check);
  check();
})`;

const OFFER = `(async () => {
  window.pc = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  for (const track of stream.getTracks()) pc.addTrack(track, stream);
  await pc.setLocalDescription(await pc.createOffer());
  return ${GATHERED};
})()`;

const answer = (offer: string) => `(async () => {
  window.pc = new RTCPeerConnection();
  window.video = document.createElement('video');
  video.muted = true;
  document.body.append(video);
  pc.ontrack = ({ streams }) => { video.srcObject = streams[0]; video.play(); };
  await pc.setRemoteDescription({ type: 'offer', sdp: ${JSON.stringify(offer)} });
  await pc.setLocalDescription(await pc.createAnswer());
  return ${GATHERED};
})()`;

const accept = (sdp: string) => `pc.setRemoteDescription({ type: 'answer', sdp: ${JSON.stringify(sdp)} })`;

// Firefox counts no frames in getVideoPlaybackQuality() when the source is a MediaStream, but paints them.
const FRAMES = `(async () => {
  const deadline = performance.now() + 30000;
  const frames = () => Math.max(video.getVideoPlaybackQuality().totalVideoFrames, video.mozPaintedFrames ?? 0);
  while (performance.now() < deadline) {
    if (frames() >= 30) return { frames: frames(), width: video.videoWidth, state: pc.connectionState };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(frames() + ' frames, width ' + video.videoWidth + ', ' + pc.connectionState);
})()`;

/** Sends the fake camera from one tab to another without any server; resolves when 30 frames have arrived. */
export async function sendPageToPage(
  from: Tab,
  to: Tab,
): Promise<{ frames: number; width: number; state: string }> {
  const offer = await from.evaluate<string>(OFFER);
  const sdp = await to.evaluate<string>(answer(offer));
  await from.evaluate(`${accept(sdp)}.then(() => true)`);
  return to.evaluate(FRAMES);
}
