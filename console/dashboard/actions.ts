import type { SessionDetail } from '../../src/plugins/live/messages.js';
import { copyText, embedCode, playerLink } from '../link.js';
import { ask, streamPath } from './api.js';
import { picture, question, say } from './notes.js';
import { browserName } from './software.js';

/** What can be done to streams and sessions; what ends something asks first. */

export function endStream(name: string, viewers: number): void {
  const audience =
    viewers === 0 ? '' : viewers === 1 ? ' Its viewer loses it.' : ` Its ${viewers} viewers lose it.`;
  question.value = {
    title: `End “${name}”?`,
    text: `The publisher goes off air and is told that the server’s operator ended the stream.${audience}`,
    verb: 'End stream',
    run: () => attempt(streamPath(name), 'DELETE', `“${name}” has been ended.`),
  };
}

export function stopViewer({ mediaSessionId, client }: SessionDetail): void {
  question.value = {
    title: 'Stop this viewer?',
    text: `${nameOf(client)} no longer gets this stream. Its connection stays, so it may ask for the stream again.`,
    verb: 'Stop viewer',
    run: () =>
      attempt(
        `/api/v1/media-sessions/${encodeURIComponent(mediaSessionId)}`,
        'DELETE',
        'The viewer has been stopped.',
      ),
  };
}

export function disconnect({ sessionId, client }: SessionDetail): void {
  question.value = {
    title: 'Disconnect this client?',
    text: `Everything that ${nameOf(client)} publishes and plays ends, and its connection closes.`,
    verb: 'Disconnect',
    run: () =>
      attempt(
        `/api/v1/sessions/${encodeURIComponent(sessionId)}`,
        'DELETE',
        'The client has been disconnected.',
      ),
  };
}

export function deleteRecording(fileName: string, onDone: () => void): void {
  question.value = {
    title: `Delete “${fileName}”?`,
    text: 'The file is removed from the server’s disk and cannot be brought back.',
    verb: 'Delete',
    run: async () => {
      const path = `/api/v1/recordings/finished/${encodeURIComponent(fileName)}`;
      const failure = await attempt(path, 'DELETE', `“${fileName}” has been deleted.`);
      if (failure === null) onDone();
      return failure;
    },
  };
}

export async function record(name: string, on: boolean): Promise<void> {
  const answer = await ask(streamPath(name, '/recording'), on ? 'PUT' : 'DELETE');
  say(answer.ok ? (on ? 'Recording has started.' : 'Recording has stopped.') : `Not done: ${answer.detail}`);
}

export async function takeSnapshot(name: string): Promise<void> {
  say('Taking a snapshot…');
  const answer = await ask(streamPath(name, '/snapshot'));
  if (!answer.ok) {
    say(`No snapshot: ${answer.detail}`);
    return;
  }
  const url = URL.createObjectURL(await answer.response.blob());
  say('');
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  picture.value = { title: `Snapshot of “${name}”`, url, fileName: `${name}-${time}.png` };
}

export async function copyLink(name: string): Promise<void> {
  say((await copyText(playerLink(name))) ? 'The link is copied.' : 'The browser did not let it be copied.');
}

export async function copyEmbedCode(name: string): Promise<void> {
  const done = await copyText(embedCode(name));
  say(done ? 'The embed code is copied.' : 'The browser did not let it be copied.');
}

async function attempt(path: string, method: string, done: string): Promise<string | null> {
  const answer = await ask(path, method);
  if (!answer.ok) return answer.detail;
  say(done);
  return null;
}

function nameOf(client: SessionDetail['client']): string {
  const name = browserName(client);
  return name === '' ? client.address : `${name} at ${client.address}`;
}
