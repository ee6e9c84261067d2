import { describe, expect, it } from 'vitest';
import {
  type AcceptedSection,
  acceptedSections,
  agreePlay,
  agreePublish,
  type PublishedTrack,
} from '../../../src/sdp/index.js';
import { ABILITIES, agreed, offers, parsed, withoutBundle, withSections } from './fixtures.js';

function publish(sdp: string, abilities = ABILITIES, extensions?: string[]) {
  return agreed(agreePublish(parsed(sdp), abilities, extensions));
}

function outcome(sdp: string, abilities = ABILITIES): string[] {
  return publish(sdp, abilities).sections.map((section) =>
    section.accepted ? `${section.codec.payloadType} ${section.codec.name}` : section.reason,
  );
}

function h264Track(fmtp: string): PublishedTrack {
  const codec = { name: 'H264', payloadType: 100, clockRate: 90_000, channels: 1, fmtp };
  return { kind: 'video', codec, redPayloadType: null };
}

/** Chromium's play offer with these H264 formats only, under payload types 96, 97, …. */
function viewerWith(...fmtps: string[]): string {
  const formats = fmtps.map((_, index) => 96 + index).join(' ');
  const lines = fmtps.flatMap((fmtp, index) => [
    `a=rtpmap:${96 + index} H264/90000`,
    ...(fmtp === '' ? [] : [`a=fmtp:${96 + index} ${fmtp}`]),
  ]);
  return withSections(offers.chromiumPlay, (section) => section.startsWith('m=video'))
    .replace(/^m=video.*/m, `m=video 9 UDP/TLS/RTP/SAVPF ${formats}\r`)
    .replace(/^a=(rtpmap|fmtp|rtcp-fb):.*\r\n/gm, '')
    .concat(lines.map((line) => `${line}\r\n`).join(''));
}

function played(sdp: string, track: PublishedTrack): number {
  const result = agreePlay(parsed(sdp), [track]);
  if ('fault' in result) return -1;
  return (acceptedSections(result)[0] as AcceptedSection).codec.payloadType;
}

describe('publishing', () => {
  it('takes the first ability the offer has, not the offer’s favourite', () => {
    expect(outcome(offers.chromiumPublish)).toEqual(['111 opus', '108 H264']);
    expect(outcome(offers.chromiumPublish, { audio: ['PCMA', 'opus'], video: ['VP8', 'H264'] })).toEqual([
      '8 PCMA',
      '96 VP8',
    ]);
    expect(outcome(offers.firefoxPublish)).toEqual(['109 opus', '120 VP8']);
    expect(outcome(offers.firefoxPublish, { audio: ['G722'], video: ['H264', 'vp8'] })).toEqual([
      '9 G722',
      '120 VP8',
    ]);
  });

  it('agrees on one codec, with nothing of the client’s text in it', () => {
    const sdp = offers.chromiumPublish.replace('minptime=10;', 'minptime=10;evil=1 2 3;stereo=yes;usedtx=1;');
    const [audio, video] = acceptedSections(publish(sdp));
    expect(audio?.codec).toEqual({
      name: 'opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      fmtp: 'minptime=10;usedtx=1;useinbandfec=1',
    });
    expect(video?.codec.fmtp).toBe('profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
  });

  it('prefers packetization mode 1, then constrained baseline, then baseline', () => {
    const only = (...fmtps: string[]) => outcome(viewerWith(...fmtps).replace('a=recvonly', 'a=sendonly'))[0];
    const mode = (value: number, profile: string) =>
      `packetization-mode=${value};profile-level-id=${profile}`;
    expect(only(mode(0, '42e01f'), mode(1, '640c1f'), mode(1, '4d001f'))).toBe('98 H264');
    expect(only(mode(1, '42001f'), mode(1, '42c01f'))).toBe('97 H264');
    expect(only(mode(1, '4d0032'), mode(1, '42001f'))).toBe('97 H264');
    expect(only(mode(1, 'f4001f'), mode(1, '64001f'))).toBe('97 H264');
    expect(only('', mode(0, '42e01f'))).toBe('97 H264');
    expect(only('')).toBe('96 H264');
  });

  it('takes transport-cc only together with its header extension, and REMB either way', () => {
    const video = (extensions?: string[]) =>
      acceptedSections(publish(offers.chromiumPublish, ABILITIES, extensions))[1];
    const common = { nack: true, pli: true, fir: true };
    expect(video()?.feedback).toEqual({ ...common, transportCc: true, remb: true });
    expect(video([])?.feedback).toEqual({ ...common, transportCc: false, remb: true });
    expect(video([])?.extensions).toEqual([]);
    const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
    expect(video([mid])?.extensions).toEqual([{ id: 4, uri: mid }]);
  });

  it('takes no header extension that goes the other way', () => {
    const sdp = offers.chromiumPublish.replaceAll('a=extmap:3 ', 'a=extmap:3/recvonly ');
    expect(acceptedSections(publish(sdp))[1]).toMatchObject({
      extensions: [],
      feedback: { transportCc: false, remb: true },
    });
  });

  it('takes what the client can send and nothing else', () => {
    const withDirection = (direction: string) =>
      offers.chromiumPublish.replace('a=sendonly', `a=${direction}`);
    expect(outcome(withDirection('sendrecv'))[0]).toBe('111 opus');
    expect(outcome(withDirection('recvonly'))[0]).toBe('direction');
    expect(outcome(withDirection('inactive'))[0]).toBe('direction');
  });

  it.each([
    ['rejected-by-offer', 'm=audio 9 ', 'm=audio 0 '],
    ['protocol', 'm=audio 9 UDP/TLS/RTP/SAVPF', 'm=audio 9 RTP/AVP'],
    ['no-rtcp-mux', 'a=rtcp-mux\r\n', ''],
    ['kind-not-wanted', 'm=audio 9 UDP/TLS/RTP/SAVPF', 'm=text 9 UDP/TLS/RTP/SAVPF'],
  ])('%s: video goes on', (reason, from, to) => {
    expect(outcome(offers.chromiumPublish.replace(from, to))).toEqual([reason, '108 H264']);
  });

  it('no-transport: a section of its own without ICE credentials', () => {
    const sdp = withoutBundle(offers.chromiumPublish).replace(/a=ice-ufrag.*\r\n/, '');
    expect(outcome(sdp)).toEqual(['no-transport', '108 H264']);
  });

  it('takes the first section of a kind', () => {
    const [, , video = ''] = offers.chromiumPublish.split(/^(?=m=)/m);
    expect(outcome(`${offers.chromiumPublish}${video.replace('a=mid:1', 'a=mid:2')}`)).toEqual([
      '111 opus',
      '108 H264',
      'kind-not-wanted',
    ]);
  });

  it('gives a kind without a common codec up as long as the other works', () => {
    expect(outcome(offers.firefoxPublish, { audio: ['opus'], video: ['H264'] })).toEqual([
      '109 opus',
      'no-common-codec',
    ]);
  });

  it('has nothing in common at last, and says why', () => {
    const result = agreePublish(parsed(offers.firefoxPublish), { audio: [], video: ['H264'] });
    expect(result).toEqual({
      fault: 'no-common-codecs',
      detail: '0 audio: no-common-codec, 1 video: no-common-codec',
    });
  });

  it('refuses a codec at a clock nobody runs it at', () => {
    const sdp = offers.chromiumPublish.replaceAll('opus/48000/2', 'opus/8000');
    expect(outcome(sdp)[0]).toBe('8 PCMA');
  });
});

describe('transports', () => {
  it('are shared by the bundled sections', () => {
    const agreement = publish(offers.chromiumPublish);
    expect(agreement.bundle).toBe(true);
    expect(acceptedSections(agreement).map((section) => section.transport)).toEqual([0, 0]);
    expect(agreement.transports).toEqual([
      {
        remoteUfrag: 'LOzJ',
        remotePassword: 'kvjMWPcKf68rXnkPXQKxdy6X',
        remoteFingerprints: [
          {
            algorithm: 'sha-256',
            value:
              '53:5E:64:DC:D9:1C:65:AC:3B:BB:38:08:35:64:0C:92:D7:45:92:A6:BB:3E:11:10:CE:A9:53:90:93:6C:A4:5A',
          },
        ],
        dtlsRole: 'server',
      },
    ]);
  });

  it('are one a section without BUNDLE', () => {
    let sections = 0;
    const sdp = withoutBundle(offers.chromiumPublish).replace(
      /^a=ice-ufrag:.*/gm,
      () => `a=ice-ufrag:sec${sections++}\r`,
    );
    const agreement = publish(sdp);
    expect(agreement.bundle).toBe(false);
    expect(acceptedSections(agreement).map((section) => section.transport)).toEqual([0, 1]);
    expect(agreement.transports.map((transport) => transport.remoteUfrag)).toEqual(['sec0', 'sec1']);
  });

  it('count only what is accepted', () => {
    const sdp = withoutBundle(offers.firefoxPublish);
    const agreement = publish(sdp, { audio: [], video: ['VP8'] });
    expect(agreement.transports).toHaveLength(1);
    expect(acceptedSections(agreement)[0]).toMatchObject({ index: 1, transport: 0 });
  });

  it('serve a bundle-only section that has none of its own', () => {
    const [head = '', audio = '', video = ''] = offers.chromiumPublish.split(/^(?=m=)/m);
    const bundleOnly = video
      .replace('m=video 9', 'm=video 0')
      .replace('a=mid:1', 'a=mid:1\r\na=bundle-only')
      .replace(/^a=(ice-ufrag|ice-pwd|fingerprint|setup).*\r\n/gm, '');
    const agreement = publish(head + audio + bundleOnly);
    expect(acceptedSections(agreement).map((section) => section.transport)).toEqual([0, 0]);
  });

  it('make us the DTLS client of a passive peer', () => {
    const role = (setup: string) =>
      publish(offers.chromiumPublish.replaceAll('a=setup:actpass', setup)).transports[0]?.dtlsRole;
    expect(role('a=setup:passive')).toBe('client');
    expect(role('a=setup:active')).toBe('server');
    expect(role('a=foo')).toBe('server');
  });

  it('never carry two sections under one payload type', () => {
    const sdp = offers.chromiumPublish
      .replace('m=audio 9 UDP/TLS/RTP/SAVPF 111', 'm=audio 9 UDP/TLS/RTP/SAVPF 108')
      .replace('a=rtpmap:111', 'a=rtpmap:108');
    expect(outcome(sdp)).toEqual(['108 opus', '102 H264']);
    expect(outcome(withoutBundle(sdp))).toEqual(['108 opus', '108 H264']);
  });
});

describe('playing', () => {
  const tracks = (sdp: string, abilities = ABILITIES) => acceptedSections(publish(sdp, abilities));
  const outcomeOfPlay = (sdp: string, published: readonly PublishedTrack[]) =>
    agreed(agreePlay(parsed(sdp), published)).sections.map((section) =>
      section.accepted ? `${section.codec.payloadType} ${section.direction}` : section.reason,
    );

  it('uses the viewer’s payload types', () => {
    const published = tracks(offers.chromiumPublish, { audio: ['opus'], video: ['VP8'] });
    expect(outcomeOfPlay(offers.chromiumPlay, published)).toEqual(['111 sendonly', '96 sendonly']);
    expect(outcomeOfPlay(offers.firefoxPlay, published)).toEqual(['109 sendonly', '120 sendonly']);
    expect(outcomeOfPlay(offers.chrome71Play, published)).toEqual(['111 sendonly', '96 sendonly']);
  });

  it('rejects a kind that is not published', () => {
    const audioOnly = tracks(offers.chromiumPublish).filter((track) => track.kind === 'audio');
    expect(outcomeOfPlay(offers.chromiumPlay, audioOnly)).toEqual(['111 sendonly', 'no-common-codec']);
  });

  it('rejects a kind whose codec the viewer lacks, and fails when nothing remains', () => {
    const published = tracks(offers.chromiumPublish);
    expect(outcomeOfPlay(offers.firefoxPlay, published)).toEqual(['109 sendonly', 'no-common-codec']);
    const videoOnly = published.filter((track) => track.kind === 'video');
    expect(agreePlay(parsed(offers.firefoxPlay), videoOnly)).toMatchObject({ fault: 'no-common-codecs' });
    expect(agreePlay(parsed(offers.firefoxPlay), [])).toMatchObject({ fault: 'no-common-codecs' });
  });

  it('sends to who receives', () => {
    expect(agreePlay(parsed(offers.chromiumPublish), tracks(offers.chromiumPublish))).toEqual({
      fault: 'no-common-codecs',
      detail: '0 audio: direction, 1 video: direction',
    });
  });

  it('takes no header extension that only goes to us', () => {
    const sdp = offers.chromiumPlay.replaceAll('a=extmap:3 ', 'a=extmap:3/sendonly ');
    const agreement = agreed(agreePlay(parsed(sdp), tracks(offers.chromiumPublish)));
    expect(acceptedSections(agreement).flatMap((section) => section.extensions)).toEqual([]);
  });

  it('needs the published clock and channels', () => {
    const mono = offers.chromiumPlay.replaceAll('opus/48000/2', 'opus/48000');
    expect(outcomeOfPlay(mono, tracks(offers.chromiumPublish))[0]).toBe('no-common-codec');
  });

  describe('H264', () => {
    const mode = (value: number, profile: string) =>
      `packetization-mode=${value};profile-level-id=${profile}`;

    it('the same profile before one that contains it, whatever the level', () => {
      const viewer = viewerWith(mode(1, '64001f'), mode(1, '4d001f'), mode(1, '42001f'), mode(1, '42e034'));
      expect(played(viewer, h264Track(mode(1, '42e01f')))).toBe(99);
      expect(played(viewer, h264Track(mode(1, '4d4015')))).toBe(97);
      expect(played(viewer, h264Track(mode(1, '42001f')))).toBe(98);
    });

    it('a profile that contains it before a mere Baseline', () => {
      const viewer = viewerWith(mode(1, '42e01f'), mode(1, '64001f'));
      expect(played(viewer, h264Track(mode(1, '4d001f')))).toBe(97);
      expect(played(viewerWith(mode(1, '4d001f'), mode(1, '42e01f')), h264Track(mode(1, '42001f')))).toBe(97);
    });

    it('any Baseline of mode 1 at last, but no higher profile', () => {
      expect(played(viewerWith(mode(1, '42e01f')), h264Track(mode(1, '64001f')))).toBe(96);
      expect(played(viewerWith(mode(1, '42e01f')), h264Track(mode(1, 'f4001f')))).toBe(96);
      expect(played(viewerWith(mode(1, 'f4001f')), h264Track(mode(1, '64001f')))).toBe(-1);
    });

    it('mode 1 never to a viewer of mode 0, mode 0 to either', () => {
      expect(played(viewerWith(mode(0, '42e01f')), h264Track(mode(1, '42e01f')))).toBe(-1);
      expect(played(viewerWith(mode(1, '42e01f'), mode(0, '42e01f')), h264Track(mode(0, '42e01f')))).toBe(97);
      expect(played(viewerWith(mode(1, '42e01f')), h264Track(mode(0, '42e01f')))).toBe(96);
      expect(played(viewerWith(''), h264Track(mode(0, '42e01f')))).toBe(96);
    });
  });
});
