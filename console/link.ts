/** The address of the page that plays one stream. */
export function playerLink(name: string): string {
  return `${window.location.origin}/player.html?stream=${encodeURIComponent(name)}`;
}

/** The address of the page that shows one stream within another page. */
export function embedLink(name: string): string {
  return `${window.location.origin}/embed/${encodeURIComponent(name)}`;
}

/** What another page has to contain to show a stream. */
export function embedCode(name: string): string {
  // Of what a name may be made of, encodeURIComponent leaves only the apostrophe that HTML could mind; it is not used here.
  return `<iframe src="${embedLink(name)}" width="640" height="360" allow="autoplay; fullscreen" style="border: 0"></iframe>`;
}

/** A name that nobody else is likely to have. */
export function freshName(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const numbers = crypto.getRandomValues(new Uint8Array(5));
  return `live-${[...numbers].map((number) => letters[number % letters.length]).join('')}`;
}

/** Makes a button copy a text, and say so for a moment. */
export function copyOnClick(button: HTMLButtonElement, textOf: () => string): void {
  const label = button.textContent ?? '';
  let timer = 0;
  button.addEventListener('click', async () => {
    button.textContent = (await copyText(textOf())) ? 'Copied' : 'Not copied';
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

/** Browsers offer the clipboard only in a secure context; the older way works in others. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'visually-hidden';
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}
