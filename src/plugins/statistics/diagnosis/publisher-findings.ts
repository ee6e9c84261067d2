import type { PublisherFacts } from './facts.js';
import { type Finding, farAway, kilobits, percent, veryFar } from './finding.js';

/** Loss for good from which a picture is seen to freeze. */
const lossNoticed = 0.002;
const lossBad = 0.02;
/** Packets asked for again from which a path is bad, though everything is mended. */
const repairsNoticed = 0.05;
/** Part of its cap that a publisher uses who would take more. */
const atCap = 0.9;
/** Bits a pixel and picture below which video of any codec in use here is coarse. */
const leastBitsPerPixel = 0.02;
/** Requests a second that are more than players who come and go, and a mended loss now and then. */
const storm = 0.5;
const heavyStorm = 2;
/** What moves fluently. */
const fluent = 15;
const jerky = 8;

/** What is amiss on the way from the publisher, or with what it sends. */
export function publisherFindings(publisher: PublisherFacts): Finding[] {
  const { path } = publisher;
  if (!path) return [];
  const found: (Finding | null)[] = [
    silence(publisher),
    loss(publisher),
    repairs(publisher),
    distance(publisher),
    cap(publisher),
    coarse(publisher),
    keyFrameStorm(publisher),
    keyFramesMissing(publisher),
    frameRate(publisher),
  ];
  return found.filter((finding) => finding !== null);
}

const onStream = { players: [] } as const;

function silence({ path }: PublisherFacts): Finding | null {
  if (path === null || path.bitrate > 0) return null;
  return {
    ...onStream,
    code: 'no-media',
    severity: 'warning',
    text: `Nothing has come from the publisher for ${path.seconds} s.`,
    value: path.bitrate,
    unit: 'bit/s',
    threshold: 0,
    advice:
      'Its network is gone, its tab sleeps, or its camera and microphone are off. The stream ends by itself after media.rtpActivityTimeout.',
  };
}

function loss({ path }: PublisherFacts): Finding | null {
  if (path === null || path.loss < lossNoticed) return null;
  return {
    ...onStream,
    code: 'publisher-loss',
    severity: path.loss >= lossBad ? 'warning' : 'notice',
    text: `${percent(path.loss)} of the publisher’s packets were lost for good.`,
    value: path.loss,
    unit: 'ratio',
    threshold: lossNoticed,
    advice:
      'All players see this. Have the publisher use a cable or a better network, lower its resolution or maxBitrate, or use TCP where UDP is throttled.',
  };
}

function repairs({ path }: PublisherFacts): Finding | null {
  if (path === null || path.asked < repairsNoticed) return null;
  return {
    ...onStream,
    code: 'publisher-repairs',
    severity: 'notice',
    text: `${percent(path.asked)} of the publisher’s packets had to be asked for again.`,
    value: path.asked,
    unit: 'ratio',
    threshold: repairsNoticed,
    advice:
      'Its path loses packets. What comes again comes late: players wait for it, and may freeze briefly.',
  };
}

function distance({ roundTrip }: PublisherFacts): Finding | null {
  if (roundTrip <= farAway) return null;
  return {
    ...onStream,
    code: 'publisher-round-trip',
    severity: roundTrip >= veryFar ? 'warning' : 'notice',
    text: `The publisher is far away: ${roundTrip} ms there and back.`,
    value: roundTrip,
    unit: 'ms',
    threshold: farAway,
    advice:
      'What it loses comes again late, and key frames as well. Have it publish to a server nearer to it; a round trip that grows with the bitrate is a queue on its path: lower its maxBitrate.',
  };
}

function cap({ path, video, videoRate, cap: most, capAsked }: PublisherFacts): Finding | null {
  if (path === null || !video || most === 0 || videoRate < atCap * most) return null;
  return {
    ...onStream,
    code: 'bitrate-cap',
    severity: 'notice',
    text: `The video has ${kilobits(videoRate)} of the ${kilobits(most)} that it may have.`,
    value: videoRate,
    unit: 'bit/s',
    threshold: Math.round(atCap * most),
    advice: capAsked
      ? 'The app limits it: raise maxBitrate in the constraints of the publisher for a better picture.'
      : 'Raise media.maxBitrate for a better picture.',
  };
}

/** Why the publisher sends so little its own congestion control knows: the estimate is made at its end. */
function coarse({ path, video, videoMuted, videoRate, fps, width, height }: PublisherFacts): Finding | null {
  const least = Math.round(width * height * fps * leastBitsPerPixel);
  if (path === null || !video || videoMuted || least === 0 || videoRate >= least) return null;
  return {
    ...onStream,
    code: 'bitrate-low',
    severity: 'notice',
    text: `The video has ${kilobits(videoRate)} for ${width}x${height} at ${fps} pictures a second, which is coarse unless the picture hardly changes.`,
    value: videoRate,
    unit: 'bit/s',
    threshold: least,
    advice:
      'The publisher’s path takes no more, or its app asks for little. Look for publisher-loss; raise minBitrate, or lower its resolution.',
  };
}

function keyFrameStorm({ path, video }: PublisherFacts): Finding | null {
  if (path === null || !video || path.keyFrameRequests < storm) return null;
  const value = Math.round(path.keyFrameRequests * 10) / 10;
  return {
    ...onStream,
    code: 'key-frame-storm',
    severity: path.keyFrameRequests >= heavyStorm ? 'warning' : 'notice',
    text: `${value} key frames a second are asked for.`,
    value,
    unit: '1/s',
    threshold: storm,
    advice:
      'Each takes the bits of many pictures, and the picture pulses. Players with loss or that come and go ask for them: see viewer-loss; raise media.keyFrameRequestInterval.',
  };
}

function keyFramesMissing({ path, video, videoMuted }: PublisherFacts): Finding | null {
  if (path === null || !video || videoMuted || path.keyFrameRequests < storm || path.keyFrames > 0)
    return null;
  return {
    ...onStream,
    code: 'key-frames-missing',
    severity: 'warning',
    text: `Key frames are asked for, and none has come for ${path.seconds} s.`,
    value: 0,
    unit: '1/s',
    threshold: storm,
    advice:
      'Players that wait for one see nothing. The publisher’s encoder does not answer requests: set a key-frame interval there.',
  };
}

function frameRate({ path, video, videoMuted, fps }: PublisherFacts): Finding | null {
  if (path === null || path.bitrate === 0 || !video || videoMuted || fps >= fluent) return null;
  return {
    ...onStream,
    code: 'frame-rate-low',
    severity: fps < jerky ? 'warning' : 'notice',
    text: `The publisher sends ${fps} pictures a second.`,
    value: fps,
    unit: '1/s',
    threshold: fluent,
    advice:
      'The camera has too little light, the publisher’s processor is too slow for this size, or its bandwidth is too low: lower the resolution. Of a shared screen that hardly changes it is normal.',
  };
}
