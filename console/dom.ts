/** The element with this id; the page is broken without it. */
export function need<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new TypeError(`#${id} is missing`);
  return element;
}

/** Sets text only when it differs, so that a screen reader hears only what is new. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A message below a form: words for the person, and the server's own text behind them. */
export interface Message {
  readonly tone: 'info' | 'error';
  readonly text: string;
  /** What the server or the browser said, word for word. */
  readonly detail?: string;
}

export function showMessage(element: HTMLElement, message: Message | null): void {
  element.replaceChildren();
  element.dataset.tone = message?.tone ?? '';
  if (!message) return;
  element.append(message.text);
  if (!message.detail) return;
  const detail = document.createElement('code');
  detail.textContent = message.detail;
  element.append(' ', detail);
}
