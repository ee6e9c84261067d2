/** Where something can be placed: one media process. */
export interface Place {
  /** Load that is expected, share of a core. */
  readonly load: number;
  /** Endpoints that it carries. */
  readonly endpoints: number;
}

/** Loads that differ by less are alike: then the number of endpoints decides. */
const step = 0.05;

/** @returns the place that has most room; null of none */
export function roomiest<Candidate extends Place>(places: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const place of places) if (!best || hasMoreRoom(place, best)) best = place;
  return best;
}

/**
 * The place for a viewer: where its stream comes from while there is room, then where the stream has been led already, then
 * wherever there is most room. A stream so spreads only as far as it has to.
 * @param home where the publisher is
 * @param carriers places that the stream is led to already
 * @param places all, `home` and `carriers` among them
 * @param spreadAbove load from which a place takes no further viewers if another has more room, share of a core
 */
export function placeForViewer<Candidate extends Place>(
  home: Candidate,
  carriers: readonly Candidate[],
  places: readonly Candidate[],
  spreadAbove: number,
): Candidate {
  if (home.load < spreadAbove) return home;
  const carrier = roomiest(carriers.filter(({ load }) => load < spreadAbove));
  if (carrier) return carrier;
  const best = roomiest(places) ?? home;
  return hasMoreRoom(best, home) ? best : home;
}

function hasMoreRoom(one: Place, other: Place): boolean {
  const difference = Math.floor(one.load / step) - Math.floor(other.load / step);
  return difference < 0 || (difference === 0 && one.endpoints < other.endpoints);
}
