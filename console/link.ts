/** The address of the page that plays one stream. */
export function playerLink(name: string): string {
  return `${window.location.origin}/player.html?stream=${encodeURIComponent(name)}`;
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
    button.textContent = (await copy(textOf())) ? 'Copied' : 'Not copied';
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}

/** Browsers offer the clipboard only in a secure context; the older way works in others. */
async function copy(text: string): Promise<boolean> {
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
