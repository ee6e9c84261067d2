/** What the offer and the answer call the media of a way to play (WCS spec F.2, F.3). */
export interface AnswerFormat {
  readonly video: readonly string[];
  readonly audio: readonly string[];
}

export const mseFormat: AnswerFormat = {
  video: ['112', 'a=rtpmap:112 H264/90000', 'a=fmtp:112 packetization-mode=1; profile-level-id=420020'],
  audio: ['108', 'a=rtpmap:108 mpeg4-generic/48000/1'],
};

export const wsPlayerFormat: AnswerFormat = {
  video: ['32', 'a=rtpmap:32 MPV/90000'],
  audio: ['0', 'a=rtpmap:0 PCMU/8000'],
};

/** A port that nothing comes to or from (RFC 863): media has a WebSocket of its own. The player reads whether it is 0. */
const somePort = 9;

/**
 * The answer to the fixed offer of a player on a WebSocket: which media it will have. A kind that is left out would be waited
 * for.
 */
export function wsAnswer({ video, audio }: AnswerFormat, has: { video: boolean; audio: boolean }): string {
  return [
    'v=0',
    'o=Sluice 0 0 IN IP4 0.0.0.0',
    's=Sluice',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    ...section('video', video, has.video),
    ...section('audio', audio, has.audio),
    '',
  ].join('\r\n');
}

function section(kind: string, [payloadType, ...attributes]: readonly string[], present: boolean): string[] {
  return [`m=${kind} ${present ? somePort : 0} RTP/AVP ${payloadType}`, ...attributes, 'a=sendonly'];
}
