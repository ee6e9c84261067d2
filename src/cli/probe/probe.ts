import { randomUUID } from 'node:crypto';
import { reasonOf } from '../../kit/index.js';
import { ApiClient } from './api-client.js';
import type { ProbeArguments } from './arguments.js';
import { type Answered, playOffer, readAnswer } from './offer.js';
import { connectivityCheck, reachOverTcp, reachOverUdp } from './reach.js';

/**
 * Asks a server for a stream as a player would, up to its answer, and whether its media ports can be reached from here.
 * @param say takes one line of the report
 * @returns whether a player here would get the stream
 */
export async function probe(options: ProbeArguments, say: (line: string) => void): Promise<boolean> {
  const client = new ApiClient(options);
  try {
    return await ask(client, options, (line) => say(line.replace(/\p{Cc}/gu, '?')));
  } catch (error) {
    say(`failed       ${reasonOf(error).replace(/\p{Cc}/gu, '?')}`);
    return false;
  } finally {
    client.close();
  }
}

async function ask(
  client: ApiClient,
  options: ProbeArguments,
  say: (line: string) => void,
): Promise<boolean> {
  const { url, stream, appKey, timeout } = options;
  const startedAt = performance.now();
  await client.open();
  client.send('connection', { appKey, mediaProviders: ['WebRTC'], clientVersion: 'sluice-probe' });
  await client.message(['getUserData']);
  say(`connected    ${url} in ${took(performance.now() - startedAt)}`);

  const query = randomUUID();
  client.send('availableStream', { mediaSessionId: query, name: stream });
  const { fields } = await client.message(['availableStream'], ({ id }) => id === query);
  const available = String(fields.status) === 'true';
  say(`available    ${available ? 'yes' : `no: ${fields.info ?? 'no reason given'}`}`);
  if (!available) return false;

  const mediaSessionId = randomUUID();
  const offer = playOffer();
  client.send('playStream', { mediaSessionId, name: stream, mediaProvider: 'WebRTC', sdp: offer.sdp });
  const answer = await client.message(
    ['setRemoteSDP', 'notifyStreamStatusEvent'],
    (got) =>
      got.mediaSessionId === mediaSessionId && (typeof got.sdp === 'string' || got.status === 'FAILED'),
  );
  if (answer.name !== 'setRemoteSDP') {
    say(`refused      ${answer.fields.info ?? 'no reason given'}`);
    return false;
  }
  const answered = readAnswer(String(answer.fields.sdp));
  say(`codecs       ${answered.codecs.join(', ')}`);
  const reached = await reach(answered, offer.ufrag, timeout * 1000, say);
  client.send('stopStream', { mediaSessionId });
  return reached;
}

/** Tries every candidate at once; one that answers will do. */
async function reach(
  answered: Answered,
  ownUfrag: string,
  ms: number,
  say: (line: string) => void,
): Promise<boolean> {
  const check = () => connectivityCheck(`${answered.ufrag}:${ownUfrag}`, answered.password);
  const results = await Promise.all(
    answered.candidates.map(async ({ protocol, address, port }) => {
      const time = await (protocol === 'udp'
        ? reachOverUdp(address, port, check(), ms)
        : reachOverTcp(address, port, ms));
      return { where: `${protocol.toUpperCase()} ${address} port ${port}`, time };
    }),
  );
  for (const { where, time } of results) {
    say(`media        ${where} ${time === null ? 'does not answer' : `answers in ${took(time)}`}`);
  }
  return results.some(({ time }) => time !== null);
}

function took(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
