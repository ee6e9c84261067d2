import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform';

type Session = SessionDescription & { media: (MediaDescription & { payloads?: string })[] };

const answeredWith: Readonly<Record<string, string>> = { sendonly: 'recvonly', recvonly: 'sendonly' };

/**
 * Whether a text is a valid answer to an offer (RFC 3264 section 6, RFC 8829 section 5.3): the same sections, each with
 * a subset of its payload types and all that ICE, DTLS and RTCP multiplexing need.
 * @param rejected kinds whose sections must be switched off; all others must not
 * @returns one line a problem
 */
export function answerProblems(answer: string, offer: string, rejected: readonly string[] = []): string[] {
  const [ours, theirs] = [parse(answer) as Session, parse(offer) as Session];
  if (!answer.startsWith('v=0\r\n')) return ['does not start with v=0'];
  if (ours.media.length !== theirs.media.length) {
    return [`has ${ours.media.length} sections, the offer ${theirs.media.length}`];
  }
  const sections = theirs.media.flatMap((offered, index) => {
    const section = ours.media[index] as MediaDescription;
    const problems = rejected.includes(offered.type)
      ? rejectionProblems(section, offered)
      : sectionProblems(section, offered, ours);
    return problems.map((problem) => `section ${index} (${offered.type}) ${problem}`);
  });
  return [...sections, ...bundleProblems(ours, theirs, rejected), ...streamProblems(ours)];
}

function rejectionProblems(section: MediaDescription, offered: MediaDescription): string[] {
  return section.port === 0 && section.type === offered.type ? [] : ['is not rejected'];
}

function sectionProblems(section: MediaDescription, offered: MediaDescription, session: Session): string[] {
  const offeredTypes = new Set(payloadTypes(offered));
  const types = payloadTypes(section);
  const fingerprint = (section.fingerprint ?? session.fingerprint)?.hash ?? '';
  const facts: [boolean, string][] = [
    [section.type === offered.type, `is ${section.type}`],
    [section.port > 0, 'is rejected'],
    [String(section.mid) === String(offered.mid), `has the mid ${section.mid} instead of ${offered.mid}`],
    [types.length > 0 && types.every((type) => offeredTypes.has(type)), `has payload types ${types}`],
    [types.every((type) => section.rtp.some(({ payload }) => payload === type)), 'lacks an rtpmap'],
    [section.direction === answeredWith[offered.direction ?? ''], `is ${section.direction}`],
    [section.rtcpMux === 'rtcp-mux', 'lacks rtcp-mux'],
    [(section.iceUfrag ?? session.iceUfrag ?? '').length >= 4, 'lacks an ICE user name'],
    [(section.icePwd ?? session.icePwd ?? '').length >= 22, 'lacks an ICE password'],
    [/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/.test(fingerprint), 'lacks a SHA-256 fingerprint'],
    [['passive', 'active'].includes(section.setup ?? ''), `has the setup ${section.setup}`],
    [(section.candidates ?? []).some(({ component }) => component === 1), 'lacks a candidate'],
  ];
  return facts.filter(([holds]) => !holds).map(([, problem]) => problem);
}

function bundleProblems(ours: Session, theirs: Session, rejected: readonly string[]): string[] {
  // sdp-transform gives a lone mid, and mids that are digits, as numbers.
  const group = ({ groups }: Session) =>
    groups?.filter(({ type }) => type === 'BUNDLE').map(({ mids }) => String(mids));
  const isKept = (mid: string) =>
    !theirs.media.some((one) => String(one.mid) === mid && rejected.includes(one.type));
  const wanted = (group(theirs) ?? []).map((mids) => mids.split(' ').filter(isKept).join(' '));
  const came = group(ours) ?? [];
  return came.join() === wanted.join() ? [] : [`bundles "${came}" instead of "${wanted}"`];
}

/** What the server sends arrives as one MediaStream (WCS spec 0.1 item 5). */
function streamProblems(ours: Session): string[] {
  const sent = ours.media.filter(({ direction }) => direction === 'sendonly');
  const streams = new Set(sent.map(({ msid }) => msid?.[0]?.id));
  return sent.length > 0 && (streams.size !== 1 || streams.has(undefined)) ? ['names no common stream'] : [];
}

function payloadTypes(section: MediaDescription): number[] {
  // sdp-transform gives a lone payload type as a number.
  return String(section.payloads ?? '')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}
