/** The stream that a path of the embedded player names; null when it is not encoded as it should be. */
export function embeddedName(pathname: string): string | null {
  const [, encoded = ''] = /^\/embed\/([^/]+)$/.exec(pathname) ?? [];
  try {
    const name = decodeURIComponent(encoded).trim();
    return name === '' ? null : name;
  } catch {
    return null;
  }
}
