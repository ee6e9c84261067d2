import { credentials } from './api.js';
import { SignIn } from './sign-in.js';
import { link, lost, retry, signOut } from './store.js';

const refusals: Readonly<Record<number, { readonly title: string; readonly help: string }>> = {
  401: {
    title: 'Sign in to see the dashboard',
    help: 'This server asks for the credentials of an operator or a viewer: those of its settings admin.users or admin.tokens. They are kept until this tab is closed.',
  },
  403: {
    title: 'You may not see the dashboard from here',
    help: 'A default installation lets only the machine that it runs on administer it. Set admin.tokens or admin.users to allow others, or open this page as http://localhost on the server itself, through an SSH tunnel for example.',
  },
  429: {
    title: 'Too many failed attempts',
    help: 'Wait a minute, then try again.',
  },
};

const otherwise = {
  title: 'The dashboard is not available',
  help: 'The server does not answer what this page asks it.',
};

/** What keeps the page from being live, if anything does. */
export function LinkNotice() {
  const state = link.value;
  if (lost.value) {
    return (
      <div class="notice" role="status">
        <h2>{lost.value.stopped ? 'The server has been stopped' : 'The connection to the server is lost'}</h2>
        <p>What you see is how it was. This page keeps trying.</p>
      </div>
    );
  }
  if (state.kind !== 'refused') return null;
  const { title, help } = refusals[state.status] ?? otherwise;
  return (
    <section class="card empty" role="alert">
      <h1>{title}</h1>
      <p>{help}</p>
      {state.status !== 401 && (
        <p>
          <code>
            {state.status}: {state.detail}
          </code>
        </p>
      )}
      {state.status === 401 ? (
        <SignIn failed={state.wrong} />
      ) : (
        <p class="empty-actions">
          <button class="secondary" type="button" onClick={retry}>
            Try again
          </button>
          {credentials.get() !== null && (
            <button class="secondary" type="button" onClick={signOut}>
              Sign out
            </button>
          )}
        </p>
      )}
    </section>
  );
}
