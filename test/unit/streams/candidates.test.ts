import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../src/streams/candidates.js';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

const udp = { protocol: 'udp', address: '192.0.2.1', port: 31_000 } as const;
const tcp = { protocol: 'tcp', address: '192.0.2.1', port: 31_443 } as const;

describe('candidatesFor', () => {
  it.each([
    ['TCP', 'all', [tcp]],
    ['tcp', 'udp', [tcp]],
    ['UDP', 'all', [udp]],
    ['UDP', 'tcp', [udp]],
    [undefined, 'all', [udp, tcp]],
    [undefined, 'udp', [udp]],
    [undefined, 'tcp', [tcp]],
    ['', 'tcp', [tcp]],
    ['SCTP', 'udp', [udp]],
    ['all', 'udp', [udp]],
  ] as const)('for the wish %s where %s is configured', (wish, configured, expected) => {
    expect(candidatesFor([udp, tcp], wish, configured)).toEqual(expected);
  });

  it('is what there is when that is not what is wanted', () => {
    expect(candidatesFor([udp], 'TCP', 'all')).toEqual([udp]);
    expect(candidatesFor([udp], undefined, 'tcp')).toEqual([udp]);
    expect(candidatesFor([tcp], 'UDP', 'all')).toEqual([tcp]);
    expect(candidatesFor([], 'UDP', 'all')).toEqual([]);
  });
});

describe('answers', () => {
  /** The protocols in the answers to a publisher and to a player with these wishes. */
  async function protocolsFor(iceTransport: 'all' | 'udp' | 'tcp', publishWish?: string, playWish?: string) {
    const { service, plane } = makeService({ iceTransport });
    const protocols: string[] = [];
    service.on('answer', (_, sdp) => {
      const found = [...sdp.matchAll(/^a=candidate:\S+ 1 (udp|tcp) /gm)].map((match) => match[1]);
      protocols.push([...new Set(found)].join('+'));
    });
    await service.publish(makeSession(), publishRequest({ transport: publishWish }));
    plane.endpoints[0]?.listener.onStarted();
    await service.play(makeSession(), playRequest({ transport: playWish }));
    return protocols;
  }

  it('offer both protocols, or the one that each client asks for', async () => {
    expect(await protocolsFor('all')).toEqual(['udp+tcp', 'udp+tcp']);
    expect(await protocolsFor('all', 'TCP', 'UDP')).toEqual(['tcp', 'udp']);
    expect(await protocolsFor('tcp', undefined, 'UDP')).toEqual(['tcp', 'udp']);
  });
});
