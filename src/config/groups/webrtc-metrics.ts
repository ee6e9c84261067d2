import { oneOf, onOff, secretText, textsLike, webUrl, wholeNumber } from '../kinds.js';
import { group, kib, mib, minute, setting } from '../setting.js';

const outbound = [
  'bytesSent',
  'packetsSent',
  'retransmittedPacketsSent',
  'framesEncoded',
  'keyFramesEncoded',
  'framesPerSecond',
  'frameWidth',
  'frameHeight',
  'targetBitrate',
  'totalEncodeTime',
  'qualityLimitationReason',
  'nackCount',
  'pliCount',
];

const inbound = [
  'bytesReceived',
  'packetsReceived',
  'packetsLost',
  'jitter',
  'framesDecoded',
  'keyFramesDecoded',
  'framesDropped',
  'framesPerSecond',
  'frameWidth',
  'frameHeight',
  'freezeCount',
  'totalFreezesDuration',
  'concealedSamples',
  'jitterBufferDelay',
  'jitterBufferEmittedCount',
  'nackCount',
  'pliCount',
];

const remoteInbound = ['roundTripTime', 'jitter', 'packetsLost', 'fractionLost'];
const candidatePair = ['currentRoundTripTime', 'availableOutgoingBitrate'];

const metrics = [
  ...outbound.map((name) => `outbound-rtp.${name}`),
  ...inbound.map((name) => `inbound-rtp.${name}`),
  ...remoteInbound.map((name) => `remote-inbound-rtp.${name}`),
  ...candidatePair.map((name) => `candidate-pair.${name}`),
];

export const webrtcMetrics = group(
  {
    title: 'WebRTC metrics',
    description:
      "Statistics of the browsers' own media connections, collected by clients that use WebRTC alone. See docs/diagnostics.md.",
  },
  {
    enabled: setting(onOff(), false, 'Whether clients are asked for their statistics.'),
    metrics: setting(
      textsLike(
        /^[a-z][a-z-]{0,63}\.[A-Za-z][A-Za-z0-9]{0,63}$/,
        "TYPE.NAME, of the browser's statistics",
        'TYPE.NAME',
      ),
      metrics,
      'What to collect. A value that holds a semicolon, such as codec.sdpFmtpLine, spoils its sample.',
      metrics.join(', '),
    ),
    sampling: setting(wholeNumber(100, 10 * minute, 'ms'), 2000, 'Time between two samples.'),
    batchSize: setting(wholeNumber(1, 100), 5, 'Samples that a client sends in one message.'),
    collect: setting(
      onOff(),
      true,
      'Whether clients collect at once; if not, they only say which metrics they have.',
    ),
    compression: setting(oneOf(['gzip', 'none'], 'NAME'), 'gzip', 'How clients compress their messages.'),
    ingestPoint: setting(
      webUrl(),
      '',
      'HTTP address that clients post their statistics to, instead of giving them to Sluice.',
    ),
    authorization: setting(
      secretText('TEXT', 4096),
      '',
      'Authorization header for that address. Every client that is asked gets to know it.',
    ),
    maxFileSize: setting(
      wholeNumber(64 * kib, 1024 * mib, 'bytes'),
      16 * mib,
      'Largest file of one stream of one client; what comes after is dropped.',
    ),
    maxFiles: setting(wholeNumber(1, 100_000), 100, 'Most files kept; the oldest is deleted.'),
    messageRate: setting(
      wholeNumber(1, 10_000),
      20,
      'Most messages with statistics taken from one client in a second. The rest are dropped.',
    ),
  },
);
