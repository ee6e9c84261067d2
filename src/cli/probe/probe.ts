import { randomUUID } from 'node:crypto';
import {
  type Answer,
  ApiClient,
  connectivityCheck,
  infoOf,
  MediaConnection,
  reachOverTcp,
  reachOverUdp,
  readAnswer,
  writeOffer,
} from '../../client/index.js';
import { reasonOf } from '../../kit/index.js';
import type { ProbeArguments } from './arguments.js';
import { IncomingStream } from './incoming-stream.js';
import { audioFigures, measure } from './measure.js';
import { notCodecs, playMedia } from './offer.js';
import { type ProbeReport, type Reached, reportLines } from './report.js';

/** A player is sent the past in fast motion when it begins, which is not to be measured, ms. */
const settling = 500;

/**
 * Watches a stream as a player would, and tells how it comes; or, quickly, whether it could be had.
 * @param say takes one line of the report
 * @returns whether a player here gets the stream
 */
export async function probe(options: ProbeArguments, say: (line: string) => void): Promise<boolean> {
  const { stream, url, json } = options;
  const report: ProbeReport = { stream, url, ok: false };
  const client = new ApiClient(options);
  try {
    await examine(client, options, report);
    report.ok = true;
  } catch (error) {
    report.problem = reasonOf(error);
  } finally {
    client.close();
  }
  if (json) say(JSON.stringify(report));
  else for (const line of reportLines(report)) say(line.replace(/\p{Cc}/gu, '?'));
  return report.ok;
}

/** @throws (rejects) Error that says why the stream cannot be had */
async function examine(client: ApiClient, options: ProbeArguments, report: ProbeReport): Promise<void> {
  const { quick, timeout, stream } = options;
  const startedAt = performance.now();
  await client.connect({ ...options, clientVersion: 'sluice-probe' });
  report.connectedAfter = performance.now() - startedAt;
  const connection = await MediaConnection.create();
  const mediaSessionId = randomUUID();
  try {
    const sdp = writeOffer('recvonly', playMedia, connection.local);
    const askedAt = performance.now();
    client.send('playStream', { mediaSessionId, name: stream, mediaProvider: 'WebRTC', sdp });
    const answer = await answerOf(client, mediaSessionId);
    report.codecs = codecsOf(answer);
    if (quick) await reach(answer, connection.local.ufrag, timeout * 1000, report);
    else await watch(client, connection, answer, options, report, askedAt);
  } finally {
    client.send('stopStream', { mediaSessionId });
    connection.close();
  }
}

async function answerOf(client: ApiClient, mediaSessionId: string): Promise<Answer> {
  const { name, fields } = await client.message(
    ['setRemoteSDP', 'notifyStreamStatusEvent'],
    (got) =>
      got.mediaSessionId === mediaSessionId && (typeof got.sdp === 'string' || got.status === 'FAILED'),
  );
  if (name !== 'setRemoteSDP') throw new Error(`the server refuses the stream: ${infoOf(fields)}`);
  return readAnswer(String(fields.sdp));
}

function codecsOf({ sections }: Answer): string[] {
  const names = sections
    .filter(({ rejected }) => !rejected)
    .flatMap(({ codecs }) => codecs.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !notCodecs.has(name.toLowerCase()));
}

async function watch(
  client: ApiClient,
  connection: MediaConnection,
  answer: Answer,
  { timeout, seconds }: ProbeArguments,
  report: ProbeReport,
  askedAt: number,
): Promise<void> {
  const stream = new IncomingStream(connection, answer);
  const waits: NodeJS.Timeout[] = [];
  const after = (ms: number) => new Promise<void>((resolve) => waits.push(setTimeout(resolve, ms)));
  try {
    let lose: (error: Error) => void = () => {};
    const lost = new Promise<never>((_, reject) => {
      lose = reject;
    });
    lost.catch(() => {});
    client
      .message(
        ['notifyStreamStatusEvent'],
        ({ status }) => status === 'FAILED' || status === 'STOPPED',
        Infinity,
      )
      .then(({ fields }) => lose(new Error(`the server has ended the stream: ${infoOf(fields)}`)), lose);
    const handler = stream.handler((reason) => lose(new Error(reason)));
    await connection.connect(answer, handler, timeout * 1000);
    stream.start();
    const { candidate } = connection;
    if (candidate) report.ways = [{ ...candidate, after: connection.roundTrip }];
    const late = after(timeout * 1000).then(() => {
      throw new Error(`no ${stream.video ? 'picture' : 'sound'} came within ${timeout} s`);
    });
    report.firstFrameAfter = (await Promise.race([stream.firstFrame, late, lost])) - askedAt;
    late.catch(() => {});
    await Promise.race([after(settling), lost]);
    const video = stream.video && measure(stream.video);
    const audio = stream.audio && measure(stream.audio);
    await Promise.race([after(seconds * 1000), lost]);
    report.video = video?.() ?? null;
    report.audio = audio && audioFigures(audio());
    report.roundTrip = connection.roundTrip;
    if (report.video?.frameRate === 0) throw new Error('no more pictures came');
  } finally {
    for (const wait of waits) clearTimeout(wait);
    stream.close();
  }
}

/** Tries every candidate at once; one that answers will do. */
async function reach(answer: Answer, ownUfrag: string, ms: number, report: ProbeReport): Promise<void> {
  const { ufrag, password } = answer.transport;
  const check = () => connectivityCheck(`${ufrag}:${ownUfrag}`, password);
  const ways = answer.candidates.map(async ({ protocol, address, port }): Promise<Reached> => {
    const after = await (protocol === 'udp'
      ? reachOverUdp(address, port, check(), password, ms)
      : reachOverTcp(address, port, ms));
    return { protocol, address, port, after };
  });
  report.ways = await Promise.all(ways);
  if (report.ways.every(({ after }) => after === null)) throw new Error('no media port answers');
}
