import { oneOf, preferenceOf } from '../kinds.js';
import { group, setting } from '../setting.js';

export const codecs = group(
  { title: 'Codecs', description: 'What media Sluice takes.' },
  {
    audio: setting(
      preferenceOf(['opus', 'PCMA', 'PCMU', 'G722'], 'CODEC'),
      ['opus', 'PCMA', 'PCMU', 'G722'],
      'Audio codecs to agree on with a publisher. What is left out is refused.',
    ),
    audioRedundancy: setting(
      oneOf(['off', 'offered', 'always'], 'WHEN'),
      // It takes the sound twice over the network, so it is for the application to ask for.
      'offered',
      'When a publisher is to send Opus with redundancy (RED), which takes twice the bandwidth for sound and bridges lost packets: never, where its offer ranks RED before Opus, or wherever its offer has RED. Players that take RED under the same payload types get it, others Opus alone.',
    ),
    video: setting(
      preferenceOf(['H264', 'VP8', 'VP9', 'AV1'], 'CODEC'),
      // A stream has one codec for all its viewers, so the one that most devices take, and in hardware, comes first.
      ['H264', 'VP8', 'VP9', 'AV1'],
      'Video codecs to agree on with a publisher. What is left out is refused. H264 and VP8 reach the most viewers; VP9 and AV1 need less bandwidth but fewer devices play them, so by default they are only used where a publisher offers nothing before them.',
    ),
  },
);
