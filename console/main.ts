import {
  Connection,
  type ConnectionState,
  fetchSettings,
  type Settings,
  webSocketUrl,
} from './connection.js';
import { need, setText } from './dom.js';
import { copyOnClick, freshName } from './link.js';
import { PlayCard } from './play-card.js';
import { PublishCard } from './publish-card.js';
import { ServerState } from './server-state.js';
import { findObstacle, type Obstacle, startSdk } from './support.js';

const notice = need('notice', HTMLElement);

function showNotice({ title, text }: Pick<Obstacle, 'title' | 'text'>): void {
  setText(need('notice-title', HTMLElement), title);
  setText(need('notice-text', HTMLElement), text);
  notice.hidden = false;
}

/** Puts the same name into both cards, until the person gives them different ones. */
function nameStreams(onName: () => void): void {
  const publishName = need('publish-name', HTMLInputElement);
  const playName = need('play-name', HTMLInputElement);
  const wanted = new URLSearchParams(window.location.search).get('stream');
  publishName.value ||= freshName();
  playName.value ||= wanted ?? publishName.value;
  let same = playName.value === publishName.value;
  playName.addEventListener('input', () => {
    same = false;
  });
  publishName.addEventListener('input', () => {
    if (!same || playName.readOnly) return;
    playName.value = publishName.value;
    onName();
  });
}

function describe(settings: Settings, url: string): void {
  const { codecs, version } = settings;
  setText(need('version', HTMLElement), version);
  setText(need('codecs', HTMLElement), [...codecs.video, ...codecs.audio].join(', '));
  setText(need('ws-url', HTMLElement), url);
  setText(need('snippet-url', HTMLElement), url);
  copyOnClick(need('ws-copy', HTMLButtonElement), () => url);
}

async function start(): Promise<void> {
  const obstacle = findObstacle();
  if (obstacle) showNotice(obstacle);
  const settings = await fetchSettings();
  const url = webSocketUrl(settings);
  describe(settings, url);
  if (obstacle?.blocks === 'everything') return;
  await startSdk();

  const state = new ServerState(
    need('server', HTMLElement),
    need('server-word', HTMLElement),
    need('server-countdown', HTMLElement),
  );
  const retry = need('server-retry', HTMLButtonElement);
  const cards: { refresh(): void }[] = [];
  const connection = new Connection(url, (now: ConnectionState) => {
    state.show(now);
    retry.hidden = now.kind !== 'waiting';
    for (const card of cards) card.refresh();
  });
  const publish = new PublishCard(connection);
  const play = new PlayCard(connection, () => publish.liveName);
  if (obstacle?.blocks === 'publishing') publish.forbid();
  cards.push(publish, play);
  nameStreams(() => play.refresh());
  play.refresh();
  retry.addEventListener('click', () => connection.retry());
  connection.start();
}

start().catch((error: unknown) => {
  showNotice({
    title: 'This page could not start',
    text: `The server did not answer as expected: ${error instanceof Error ? error.message : String(error)}. Reload the page to try again.`,
  });
  need('server', HTMLElement).dataset.state = 'waiting';
  setText(need('server-word', HTMLElement), 'Server not reachable');
});
