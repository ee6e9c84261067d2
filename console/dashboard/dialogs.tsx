import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type Picture, picture, type Question, question } from './notes.js';

/** What is over the page: a question before something ends, or a picture. */
export function Dialogs() {
  return (
    <>
      {question.value && <Confirm key={question.value.title} question={question.value} />}
      {picture.value && <Snapshot key={picture.value.url} picture={picture.value} />}
    </>
  );
}

/** Opens as soon as it is there; the browser keeps the focus in it, and gives it back afterwards. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // What opened it may be gone with what it ended.
      const target =
        before instanceof HTMLElement && before.isConnected ? before : document.getElementById('main');
      target?.focus();
    };
  }, []);
  return dialog;
}

function Confirm({ question: { title, text, verb, run } }: { readonly question: Question }) {
  const dialog = useModal();
  const busy = useSignal(false);
  const failure = useSignal('');
  const close = () => {
    question.value = null;
  };
  const confirm = async () => {
    busy.value = true;
    const reason = await run();
    busy.value = false;
    if (reason === null) close();
    else failure.value = reason;
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="question-title"
      aria-describedby="question-text"
      onClose={close}
    >
      <h2 id="question-title">{title}</h2>
      <p id="question-text">{text}</p>
      <p class="message" data-tone="error" role="alert">
        {failure.value}
      </p>
      <div class="dialog-actions">
        <button class="secondary" type="button" onClick={close}>
          Cancel
        </button>
        <button class="danger solid" type="button" disabled={busy.value} onClick={() => void confirm()}>
          {verb}
        </button>
      </div>
    </dialog>
  );
}

function Snapshot({ picture: { title, url, fileName } }: { readonly picture: Picture }) {
  const dialog = useModal();
  const close = () => {
    URL.revokeObjectURL(url);
    picture.value = null;
  };
  return (
    <dialog ref={dialog} class="dialog wide" aria-labelledby="picture-title" onClose={close}>
      <h2 id="picture-title">{title}</h2>
      <img src={url} alt={title} />
      <div class="dialog-actions">
        <button class="secondary" type="button" onClick={close}>
          Close
        </button>
        <a class="primary" href={url} download={fileName}>
          Download
        </a>
      </div>
    </dialog>
  );
}
