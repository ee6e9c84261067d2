import { preferenceOf } from '../kinds.js';
import { group, setting } from '../setting.js';

export const codecs = group(
  { title: 'Codecs', description: 'What media Sluice takes.' },
  {
    audio: setting(
      preferenceOf(['opus', 'PCMA', 'PCMU', 'G722'], 'CODEC'),
      ['opus', 'PCMA', 'PCMU', 'G722'],
      'Audio codecs to agree on with a publisher. What is left out is refused.',
    ),
    video: setting(
      preferenceOf(['H264', 'VP8'], 'CODEC'),
      ['H264', 'VP8'],
      'Video codecs to agree on with a publisher. What is left out is refused.',
    ),
  },
);
