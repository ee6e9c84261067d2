import type { MediaAddress } from './media-plane.js';

/** The protocols of media that answers offer: `udp`, `tcp`, or `all` of them. */
export type IceTransport = 'all' | 'udp' | 'tcp';

/**
 * The addresses to offer a client: of the protocol it asked for, else of the configured one. Where there is none of
 * that, all: a client that may not connect is better off than one that cannot.
 * @param wish 'UDP' or 'TCP', in any case (WCS spec B.2); anything else is no wish
 */
export function candidatesFor(
  addresses: readonly MediaAddress[],
  wish: string | undefined,
  configured: IceTransport,
): readonly MediaAddress[] {
  const asked = wish?.toLowerCase();
  const wanted = asked === 'udp' || asked === 'tcp' ? asked : configured;
  const chosen = addresses.filter(({ protocol }) => protocol === wanted);
  return chosen.length > 0 ? chosen : addresses;
}
