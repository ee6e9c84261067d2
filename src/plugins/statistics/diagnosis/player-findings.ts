import type { PlayerFacts, PublisherFacts } from './facts.js';
import { type Finding, farAway, kilobits, percent, veryFar } from './finding.js';

const lossNoticed = 0.02;
const lossBad = 0.1;
/** Part of what it is sent below which an estimate is too little. */
const enough = 0.95;
/** ms; browsers estimate too little at first, over a path however wide. */
const shortForLong = 5000;
/** Part of the publisher's frame rate that what is made of it must have. */
const keepsUp = 0.8;
const mostNamed = 20;

/** What is amiss on the way to the players, worst first within each. */
export function playerFindings(players: readonly PlayerFacts[], publisher: PublisherFacts): Finding[] {
  return [loss(players), roundTrip(players), bandwidth(players), transcoder(players, publisher)].filter(
    (finding) => finding !== null,
  );
}

function loss(all: readonly PlayerFacts[]): Finding | null {
  const lossOf = ({ path }: PlayerFacts) => path?.loss ?? 0;
  const concerned = worst(all, lossNoticed, lossOf);
  const [first] = concerned;
  if (!first) return null;
  const value = lossOf(first);
  return {
    code: 'viewer-loss',
    severity: value >= lossBad ? 'warning' : 'notice',
    text: `${share(concerned, all)} lose packets, up to ${percent(value)} of them.`,
    value,
    unit: 'ratio',
    threshold: lossNoticed,
    advice: mostOf(concerned, all)
      ? 'Many at once: look at this server’s own uplink, the drops in its log and process-overloaded before their networks.'
      : 'Their networks lose them. Let them ask for a smaller picture (width, height), or publish simulcast.',
    players: named(concerned),
  };
}

function roundTrip(all: readonly PlayerFacts[]): Finding | null {
  const concerned = worst(all, farAway, (player) => player.roundTrip);
  const [first] = concerned;
  if (!first) return null;
  return {
    code: 'viewer-round-trip',
    severity: first.roundTrip >= veryFar ? 'warning' : 'notice',
    text: `${share(concerned, all)} are far away, up to ${first.roundTrip} ms there and back.`,
    value: first.roundTrip,
    unit: 'ms',
    threshold: farAway,
    advice:
      'What they lose comes again late. Serve them from a server nearer to them; a round trip that grows with the bitrate is a queue on their path: see viewer-bandwidth.',
    players: named(concerned),
  };
}

function bandwidth(all: readonly PlayerFacts[]): Finding | null {
  const short = ({ estimate, sent, shortFor }: PlayerFacts) =>
    shortFor >= shortForLong && estimate > 0 && sent > 0 ? 1 - estimate / sent : 0;
  const concerned = worst(all, 1 - enough, short);
  const [first] = concerned;
  if (!first) return null;
  return {
    code: 'viewer-bandwidth',
    severity: 'warning',
    text: `${share(concerned, all)} can take less than they are sent: one ${kilobits(first.estimate)} of ${kilobits(first.sent)}.`,
    value: first.estimate,
    unit: 'bit/s',
    threshold: Math.round(enough * first.sent),
    advice:
      'Their paths are too narrow. Let them ask for a smaller picture or bitrate, publish simulcast, or lower the publisher’s maxBitrate.',
    players: named(concerned),
  };
}

function transcoder(all: readonly PlayerFacts[], { fps, videoMuted }: PublisherFacts): Finding | null {
  if (fps === 0 || videoMuted) return null;
  const derived = all.filter((player) => player.derived && player.path !== null);
  const concerned = worst(derived, 1 - keepsUp, (player) => 1 - player.fps / fps);
  const [first] = concerned;
  if (!first) return null;
  return {
    code: 'transcoder-behind',
    severity: 'warning',
    text: `What is made of the stream has ${first.fps} pictures a second of ${fps}.`,
    value: first.fps,
    unit: '1/s',
    threshold: Math.round(keepsUp * fps),
    advice:
      'ffmpeg does not keep up: ask for a smaller picture, set transcoding.preset to a faster one or transcoding.threads higher, or give the server more cores.',
    players: named(concerned),
  };
}

/** Those above a threshold, the worst first. */
function worst(
  players: readonly PlayerFacts[],
  above: number,
  badness: (player: PlayerFacts) => number,
): PlayerFacts[] {
  return players.filter((one) => badness(one) > above).sort((a, b) => badness(b) - badness(a));
}

function share(concerned: readonly PlayerFacts[], all: readonly PlayerFacts[]): string {
  return `${concerned.length} of ${all.length} players`;
}

function mostOf(concerned: readonly PlayerFacts[], all: readonly PlayerFacts[]): boolean {
  return all.length > 2 && concerned.length > all.length / 2;
}

function named(players: readonly PlayerFacts[]): string[] {
  return players.slice(0, mostNamed).map(({ mediaSessionId }) => mediaSessionId);
}
