interface Keyed {
  readonly mediaSessionId: string;
}

/** The same items in the order that they had; new ones come last, in theirs. */
export function keepOrder<Item extends Keyed>(order: readonly string[], items: readonly Item[]): Item[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ mediaSessionId }: Item) => places.get(mediaSessionId) ?? order.length;
  return [...items].sort((a, b) => placeOf(a) - placeOf(b));
}
