/** Something that keeps the page from working, in words, and how much it keeps from working. */
export interface Obstacle {
  readonly blocks: 'everything' | 'publishing';
  readonly title: string;
  readonly text: string;
}

/** What stands in the way in this browser and on this address; null when nothing does. */
export function findObstacle(): Obstacle | null {
  if (window.Flashphoner === undefined) {
    return {
      blocks: 'everything',
      title: 'The Web SDK did not load',
      text: 'This page drives the Web SDK that the server keeps under /sdk/. Reload the page; if that does not help, the server is not completely installed.',
    };
  }
  if (!('RTCPeerConnection' in window)) {
    return {
      blocks: 'everything',
      title: 'This browser has no WebRTC',
      text: 'Use a current Chrome, Edge, Firefox or Safari, and check that no extension or policy turns WebRTC off.',
    };
  }
  if (!window.isSecureContext || navigator.mediaDevices === undefined) {
    const local = `http://localhost:${window.location.port || '80'}`;
    return {
      blocks: 'publishing',
      title: 'You can watch here, but not publish',
      text: `Browsers give a page the camera and microphone only over HTTPS or on localhost, and this page came from ${window.location.origin}. Open ${local} on the server itself, or this page over HTTPS: the server has that on port 8444 unless it is set up otherwise.`,
    };
  }
  return null;
}

/** Starts the Web SDK, also where the browser hides the camera from the page: there it can still play. */
export async function startSdk(): Promise<void> {
  if (!('getUserMedia' in navigator)) {
    // The SDK takes a browser without it for one without WebRTC.
    Object.defineProperty(navigator, 'getUserMedia', {
      value: (_constraints: unknown, _done: unknown, failed: (error: DOMException) => void) =>
        failed(new DOMException('This page may not use the camera', 'SecurityError')),
    });
  }
  await Flashphoner.init({
    // Sound goes straight from the microphone into the stream, as it does outside of Chrome.
    createMicGainNode: false,
    collectClientInfo: false,
    logger: { severity: 'WARN' },
  });
}
