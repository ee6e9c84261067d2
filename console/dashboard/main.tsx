import { effect } from '@preact/signals';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { need, setText } from '../dom.js';
import { ServerState } from '../server-state.js';
import { credentials } from './api.js';
import { Detail } from './detail.js';
import { Dialogs } from './dialogs.js';
import { LinkNotice } from './link-notice.js';
import { note } from './notes.js';
import { Overview } from './overview.js';
import { Recordings } from './recordings.js';
import type { Route } from './route.js';
import { ServerView } from './server-view.js';
import { hello, link, retry, route, signOut, start } from './store.js';

const titles: Readonly<Record<Route['view'], string>> = {
  streams: 'Dashboard',
  stream: 'Stream',
  recordings: 'Recordings',
  server: 'Server',
};

function View() {
  const { view } = route.value;
  if (view === 'stream') return <Detail />;
  if (view === 'recordings') return <Recordings />;
  if (view === 'server') return <ServerView />;
  return <Overview />;
}

function Page() {
  const now = route.value;
  const place = now.view === 'stream' ? `stream ${now.name}` : now.view;
  useEffect(() => {
    window.scrollTo(0, 0);
  }, [place]);
  // A server that may not be watched shows nothing, unless it was watched before.
  const refused = link.value.kind === 'refused';
  return (
    <>
      <LinkNotice />
      {!refused && <View />}
      <Dialogs />
      <p class="toast" role="status">
        {note.value}
      </p>
    </>
  );
}

/** The header is in the page itself: it is there before this script. */
function showInHeader(): void {
  const state = new ServerState(
    need('server', HTMLElement),
    need('server-word', HTMLElement),
    need('server-countdown', HTMLElement),
  );
  const again = need('server-retry', HTMLButtonElement);
  again.addEventListener('click', retry);
  effect(() => {
    const now = link.value;
    state.show(now);
    again.hidden = now.kind !== 'waiting';
  });
  effect(() => {
    const { view } = route.value;
    const place = view === 'stream' ? 'streams' : view;
    for (const anchor of document.querySelectorAll<HTMLElement>('nav [data-view]')) {
      if (anchor.dataset.view !== place) anchor.removeAttribute('aria-current');
      else {
        anchor.setAttribute('aria-current', 'page');
        // On a phone the row of links scrolls.
        anchor.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      }
    }
    const name = route.value.view === 'stream' ? route.value.name : titles[view];
    document.title = `${name} · Sluice`;
  });
  const leave = need('sign-out', HTMLButtonElement);
  leave.addEventListener('click', signOut);
  effect(() => {
    leave.hidden = link.value.kind !== 'live' || credentials.get() === null;
  });
  effect(() => {
    const warnings = hello.value?.warnings.length ?? 0;
    const sign = need('server-warnings', HTMLElement);
    sign.hidden = warnings === 0;
    setText(sign, `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`);
    setText(need('version', HTMLElement), hello.value?.version ?? '');
  });
}

showInHeader();
document.querySelector('.skip')?.addEventListener('click', (event) => {
  // What is behind # names a view here.
  event.preventDefault();
  need('main', HTMLElement).focus();
});
let place = window.location.hash;
window.addEventListener('hashchange', () => {
  // As a new page would: keyboards and screen readers go on at its beginning.
  if (place !== window.location.hash) need('main', HTMLElement).focus({ preventScroll: true });
  place = window.location.hash;
});
start();
render(<Page />, need('main', HTMLElement));
