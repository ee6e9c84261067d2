import { oneOf, onOff, port, powerOfTwo, preferenceOf, wholeNumber } from '../kinds.js';
import { gib, group, kib, mib, minute, setting } from '../setting.js';

export const media = group(
  { title: 'Media', description: 'Media connections, bitrates and memory.' },
  {
    iceTimeout: setting(
      wholeNumber(100, 10 * minute, 'ms'),
      15_000,
      'Time a client has to connect its media before its stream fails.',
    ),
    iceKeepAlive: setting(
      wholeNumber(100, 10 * minute, 'ms'),
      10_000,
      'A client that gives no sign of life on its media connection for this long has failed.',
    ),
    rtpActivityTimeout: setting(
      wholeNumber(100, 60 * minute, 'ms'),
      minute,
      'A publisher that sends no media for this long has failed.',
    ),
    keyFrameRequestInterval: setting(
      wholeNumber(50, minute, 'ms'),
      1000,
      'Least time between two key frame requests to one publisher.',
    ),
    maxLossDelay: setting(
      wholeNumber(0, 2000, 'ms'),
      400,
      'How long at most a player that loses packets is asked to hold the picture back, so that what is sent again comes in time; 0 never asks.',
    ),
    fastStart: setting(
      onOff(),
      true,
      'A player begins with the last key frame of the stream, if it is not too old, and catches up, instead of waiting for the next.',
    ),
    fastStartMaxAge: setting(
      wholeNumber(100, minute, 'ms'),
      3000,
      'Age of that key frame at most. Not below `keyFrameRequestInterval`, or players may have to wait for that long.',
    ),
    minBitrate: setting(
      wholeNumber(1000, 1_000_000_000, 'bit/s'),
      30_000,
      'Least video bitrate that a publisher is told to send.',
    ),
    maxBitrate: setting(
      wholeNumber(1000, 1_000_000_000, 'bit/s'),
      10_000_000,
      'Most video bitrate that a publisher is told to send.',
    ),
    bandwidthNotice: setting(
      onOff(),
      true,
      'Whether a player is told when its bandwidth is not enough for the stream.',
    ),
    bandwidthNoticeDelay: setting(
      wholeNumber(1000, 10 * minute, 'ms'),
      5000,
      'Time that the bandwidth must have been too little without a break before the player is told.',
    ),
    bandwidthNoticeInterval: setting(
      wholeNumber(1000, 60 * minute, 'ms'),
      30_000,
      'Least time between two such messages to one player.',
    ),
    packetCache: setting(
      powerOfTwo(128, 8192),
      1024,
      'Packets of each published track kept to repeat what a viewer lost.',
    ),
    spreadAbove: setting(
      wholeNumber(0, 100, '%'),
      60,
      'Load of a media process, in percent of a core, above which further viewers of its streams are placed in other media processes that have more room; 0 spreads viewers from the first on.',
    ),
    arenaSize: setting(
      wholeNumber(16 * mib, 2 * gib - mib, 'bytes'),
      gib,
      'Address space of a media process for packets. Memory is only used as far as it is needed.',
    ),
    socketBuffer: setting(
      wholeNumber(64 * kib, gib, 'bytes'),
      4 * mib,
      'Send and receive buffer of a media socket that the system is asked for.',
    ),
    refuseViewersAbove: setting(
      wholeNumber(1, 100, '%'),
      85,
      'Load of a media process, in percent of a core, beyond which new players are refused, so that those it has go on undisturbed. It takes some again below nine tenths of that. 100 refuses none.',
    ),
    refusePublishersAbove: setting(wholeNumber(1, 100, '%'), 92, 'The same for new publishers.'),
    tcp: setting(
      onOff(),
      true,
      'Whether media is taken over TCP too, for clients whose network lets no UDP through (ICE over TCP, RFC 6544).',
    ),
    tcpPort: setting(
      port('the number of the UDP port'),
      0,
      'TCP port for the media of the first media process; each further one takes the next port.',
    ),
    iceTransport: setting(
      oneOf(['all', 'udp', 'tcp'], 'TRANSPORT'),
      'all',
      'What answers offer a client that does not ask for UDP or TCP itself. Offered all, a client takes UDP where that works and TCP elsewhere.',
    ),
    tcpQueue: setting(
      wholeNumber(16 * kib, 64 * mib, 'bytes'),
      256 * kib,
      'Most media that waits for a client on TCP; what comes when so much waits is dropped, as a network drops packets.',
    ),
    maxTcpConnections: setting(
      wholeNumber(1, 65_536),
      4096,
      'Most TCP connections of a media process at the same time.',
    ),
    maxPendingTcpPerAddress: setting(
      wholeNumber(1, 65_536),
      32,
      'Most of them from one IPv4 address, or one /64 network of IPv6, that have not shown yet which stream they belong to.',
    ),
    gatherTime: setting(
      wholeNumber(0, 20, 'ms'),
      2,
      'While a media process is busy, packets wait for others for up to this long, a picture for its rest, and are then read and sent together, which costs less. Not at all below a load of 5 %; 0: never.',
    ),
    srtpProfiles: setting(
      preferenceOf(['AEAD_AES_128_GCM', 'AES128_CM_SHA1_80'], 'PROFILE'),
      ['AEAD_AES_128_GCM', 'AES128_CM_SHA1_80'],
      'SRTP protection profiles to agree on.',
    ),
  },
);
