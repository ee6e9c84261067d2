/** What the part of the address behind `#` asks for. */
export type Route =
  | { readonly view: 'streams' }
  | { readonly view: 'stream'; readonly name: string }
  | { readonly view: 'recordings' }
  | { readonly view: 'server' };

/** Of anything that is not understood, the list of streams. */
export function parseRoute(hash: string): Route {
  const [, view = '', name = ''] = /^#\/([a-z]+)(?:\/(.+))?$/.exec(hash) ?? [];
  if (view === 'recordings' && name === '') return { view };
  if (view === 'server' && name === '') return { view };
  if (view !== 'streams' || name === '') return { view: 'streams' };
  try {
    return { view: 'stream', name: decodeURIComponent(name) };
  } catch {
    return { view: 'streams' };
  }
}

export function streamRoute(name: string): string {
  return `#/streams/${encodeURIComponent(name)}`;
}
