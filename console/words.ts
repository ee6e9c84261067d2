/** What the protocol's info strings mean, in words for the person at the page. */
const publishFailures: Readonly<Record<string, string>> = {
  'Stream name is already in use': 'Somebody is already live under this name. Choose another one.',
  'No common codecs': 'This browser and the server have no audio or video format in common.',
  'Failed by RTP activity': 'The server has not received any picture or sound for too long.',
};

const playFailures: Readonly<Record<string, string>> = {
  'Session does not exist': 'Nobody is live under this name right now.',
  'Stream not found': 'Nobody is live under this name right now.',
  'Publish stream is not ready': 'The stream is just starting. Try again in a moment.',
  'Stopped by publisher stop': 'The stream has ended.',
  'No common codecs': 'This browser cannot play the format that the stream is sent in.',
  'Failed by RTP activity': 'The stream has sent nothing for too long.',
  'Requested stream shutdown': 'The stream has ended.',
};

const bothFailures: Readonly<Record<string, string>> = {
  'Failed by ICE timeout':
    'No media connection came about: the server’s media port cannot be reached by UDP from here. A firewall, or an address that the server does not announce, is the usual reason.',
  'Failed by ICE error': 'The media connection failed.',
  'Failed by ICE keep alive': 'The media connection broke off.',
  'Failed by DTLS error': 'The encrypted media connection could not be set up.',
  'Failed by DTLS fingerprint error': 'The encrypted media connection could not be verified.',
  'Stopped by session disconnect': 'The connection to the server was lost.',
  'Stopped by rest /terminate': 'The server’s operator ended the stream.',
  'Restricted access': 'The server does not allow this.',
  'Session not ready': 'The server is not ready yet. Try again in a moment.',
  'Failed by error': 'The server could not carry on with the stream.',
  'Bad URI': 'The server does not accept this name.',
};

/** Names of the info strings that mean: nobody publishes this now, it may come. */
const absences = new Set([
  'Session does not exist',
  'Stream not found',
  'Publish stream is not ready',
  'Stopped by publisher stop',
  'Requested stream shutdown',
  'Stream failed',
]);

/**
 * Explains why a stream failed.
 * @param info the protocol's info string; absent when the connection to the server went
 */
export function explainFailure(kind: 'publish' | 'play', info: string | undefined): string {
  if (!info) return 'The connection to the server was lost.';
  const own = kind === 'publish' ? publishFailures : playFailures;
  return (
    lookUp(own, info) ??
    lookUp(bothFailures, info) ??
    (kind === 'publish' ? 'Publishing failed.' : 'Playing failed.')
  );
}

/** Whether a viewer that got this info may wait for the stream to come. */
export function mayStillCome(info: string | undefined): boolean {
  return info !== undefined && absences.has(info);
}

/** Explains why the browser gave no camera or microphone, by the name of its error. */
export function explainMediaError(name: string): string {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The browser was not allowed to use the camera or microphone. Allow it in the address bar or the site settings, then try again.';
    case 'NotFoundError':
      return 'No camera or microphone was found. Connect one, or choose none for the one you lack.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The camera or microphone is in use by another program, or does not answer.';
    case 'OverconstrainedError':
      return 'The chosen camera or microphone is gone, or cannot deliver this picture size.';
    default:
      return 'The camera or microphone could not be started.';
  }
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
