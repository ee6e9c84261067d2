import { useSignal } from '@preact/signals';
import { credentials } from './api.js';
import { authorizationOf } from './credentials.js';
import { retry } from './store.js';

/** Asks for credentials, which are kept for as long as the tab is open. */
export function SignIn({ failed }: { readonly failed: boolean }) {
  const user = useSignal('');
  const secret = useSignal('');
  return (
    <form
      class="sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        credentials.set(authorizationOf(user.value.trim(), secret.value));
        retry();
      }}
    >
      {failed && (
        <p class="message" data-tone="error" role="alert">
          These credentials are not valid.
        </p>
      )}
      <div class="field">
        <label for="user">User, none for a token</label>
        <input
          id="user"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          value={user.value}
          onInput={({ currentTarget }) => {
            user.value = currentTarget.value;
          }}
        />
      </div>
      <div class="field">
        <label for="secret">Password or token</label>
        <input
          id="secret"
          type="password"
          autocomplete="current-password"
          required
          value={secret.value}
          onInput={({ currentTarget }) => {
            secret.value = currentTarget.value;
          }}
        />
      </div>
      <button class="primary" type="submit">
        Sign in
      </button>
    </form>
  );
}
