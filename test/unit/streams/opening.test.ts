import { describe, expect, it } from 'vitest';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

/** The answers' `a=extmap` lines of video, and of what ids they are. */
async function extensions(publish: object, play: object) {
  const { service, plane } = makeService();
  const answers: string[] = [];
  service.on('answer', (_session, sdp) => answers.push(sdp));
  await service.publish(makeSession(), publishRequest(publish));
  plane.last().listener.onStarted();
  await service.play(makeSession(), playRequest(play));
  return answers.map((sdp) => {
    const video = sdp.slice(sdp.indexOf('m=video'));
    return [...video.matchAll(/^a=extmap:(\S+) \S*[/:]([^/:\r]+)\r$/gm)].map(
      ([, id, name]) => `${id} ${name}`,
    );
  });
}

const transportCc = '3 draft-holmer-rmcat-transport-wide-cc-extensions-01';

describe('header extensions of the answers', () => {
  it('are those offered that are of use, with the offers’ ids', async () => {
    expect(await extensions({}, {})).toEqual([
      [transportCc, '5 playout-delay'],
      ['2 abs-send-time', '5 playout-delay', '4 mid'],
    ]);
  });

  it('are with the orientation where the publisher asks for it and the player does not mind', async () => {
    const oriented = ['13 video-orientation', transportCc, '5 playout-delay'];
    expect(await extensions({ cvoExtension: true }, {})).toEqual([
      oriented,
      ['2 abs-send-time', '13 video-orientation', '5 playout-delay', '4 mid'],
    ]);
    expect(await extensions({ cvoExtension: true }, { cvoExtension: false })).toEqual([
      oriented,
      ['2 abs-send-time', '5 playout-delay', '4 mid'],
    ]);
  });

  it('carry nothing to players that the publisher does not send', async () => {
    expect(await extensions({ cvoExtension: false }, { cvoExtension: true })).toEqual([
      [transportCc, '5 playout-delay'],
      ['2 abs-send-time', '5 playout-delay', '4 mid'],
    ]);
  });
});

it('an offer is not kept once it is answered', async () => {
  const { service, plane } = makeService();
  const kept: unknown[] = [];
  service.on('answer', (mediaSession) => kept.push('sdp' in mediaSession.request, mediaSession.takeOffer()));
  await service.publish(makeSession(), publishRequest());
  plane.last().listener.onStarted();
  await service.play(makeSession(), playRequest());
  expect(kept).toEqual([false, '', false, '']);
});
