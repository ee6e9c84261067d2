import type { DownTrackDescription, TrackDescription } from '../media/index.js';

/** Why media has failed, as the media plane sees it. */
export type MediaFailure =
  | 'ice-timeout'
  | 'ice-keep-alive'
  | 'dtls-error'
  | 'dtls-fingerprint'
  | 'rtp-activity'
  | 'media-process';

/** The peer's half of one ICE and DTLS association. */
export interface TransportDescription {
  readonly remoteUfrag: string;
  readonly remotePassword: string;
  readonly remoteFingerprints: readonly Fingerprint[];
  /** Ours. */
  readonly dtlsRole: 'server' | 'client';
}

/** Certificate fingerprint as in `a=fingerprint` (RFC 8122 section 5). */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

/** The server's ICE credentials for one transport (RFC 8839 section 5.4). */
export interface TransportCredentials {
  readonly ufrag: string;
  readonly password: string;
}

/** Where clients send media to, in order of preference. */
export interface MediaAddress {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
}

/** What one viewer's stream needs, and what gets through. */
export interface OutgoingRate {
  /** Payload of audio and video sent in the last second, retransmissions not counted, bit/s. */
  readonly bitrate: number;
  /** The bandwidth that the viewer estimates, bit/s; 0 while unknown. */
  readonly estimate: number;
  /** Part of the packets that the viewer's last reports call lost, 0 to 1. */
  readonly lossRate: number;
}

/** What an endpoint has carried since it was opened, audio and video together. */
export interface MediaTotals {
  /** RTP packets that came from a publisher, or went to a viewer. */
  readonly packets: number;
  /** Their payload, and that of what was sent again; bytes. */
  readonly bytes: number;
  /** Packets lost for good on the way from a publisher, or to a viewer as it reports. */
  readonly lost: number;
  /** Packets that came again as RTX, or were sent again. */
  readonly repeated: number;
  /** Of a publisher's video. */
  readonly keyFrames: number;
  /** To the peer and back, as what it echoes in its reports tells, ms; 0 while unknown. */
  readonly roundTrip: number;
  /**
   * From the first packet to a viewer until its first whole picture had been sent, or 0 for sound alone, ms; -1 before that.
   */
  readonly firstFrame: number;
}

/** How a peer is reached. */
export interface MediaPath {
  readonly protocol: 'udp' | 'tcp';
  /** The peer's, as this server sees it. */
  readonly address: string;
  readonly port: number;
  /** Such as `SRTP_AEAD_AES_128_GCM`. */
  readonly srtpProfile: string;
}

/** What one second brought, for `inboundVideoRate` and `outboundVideoRate` (WCS spec C.11). */
export interface MediaRate {
  /** Video bitrate, bit/s. */
  readonly videoRate: number;
  readonly fps: number;
  /** Packets asked for again, since the start. */
  readonly nack: number;
  /** Key frames asked for, since the start. */
  readonly pli: number;
  /** Packets lost, since the start. */
  readonly lostPackets: number;
  /** Of a viewer. */
  readonly outgoing?: OutgoingRate | undefined;
  /** Of WebRTC. */
  readonly totals?: MediaTotals | undefined;
  /** Of WebRTC, when it is new. */
  readonly path?: MediaPath | undefined;
}

/** Hears of one endpoint; never called after its `close`. */
export interface MediaListener {
  /** The first media has flowed. */
  onStarted(): void;
  onVideoSize(width: number, height: number): void;
  onRate(rate: MediaRate): void;
  /** The endpoint is gone; it needs no closing. */
  onFailed(failure: MediaFailure): void;
}

/** The server's half of one peer's media, in some media process. */
export interface MediaEndpoint {
  readonly addresses: readonly MediaAddress[];
  /** One a transport, in the order of their descriptions. */
  readonly credentials: readonly TransportCredentials[];
  /** Idempotent; returns before the media process has done it. */
  close(): void;
}

/** The port through which streams reach media. */
export interface MediaPlane {
  /** Of the certificate that every endpoint presents. */
  readonly fingerprint: Fingerprint;
  /** @throws (rejects) MediaUnavailable when no media process can take it */
  openPublisher(
    transports: readonly TransportDescription[],
    tracks: readonly TrackDescription[],
    listener: MediaListener,
  ): Promise<MediaEndpoint>;
  /**
   * @param publisher the endpoint whose tracks are watched
   * @param cname names the source in RTCP as the answer does (RFC 3550 section 6.5.1)
   * @throws (rejects) MediaUnavailable
   */
  openViewer(
    publisher: MediaEndpoint,
    transports: readonly TransportDescription[],
    tracks: readonly DownTrackDescription[],
    cname: string,
    listener: MediaListener,
  ): Promise<MediaEndpoint>;
}

/** A stream's way out of the media processes: plain RTP and RTCP on loopback, told apart by a tag in its SSRCs. */
export interface MediaOutlet {
  /** In front of the SSRCs of all that comes out (`pipeSsrc`). */
  readonly tag: number;
  /** The port of loopback that it comes from, and that takes RTCP about it. */
  readonly port: number;
  /**
   * Begins, with the newest key frame.
   * @param to the port of loopback to send to
   * @throws (rejects) MediaUnavailable
   */
  open(to: number): Promise<void>;
  /** Idempotent. */
  close(): void;
}

/** A stream made of a published one by another process of this server, on its way back in. */
export interface MediaInlet {
  /** To be put in front of the SSRCs of all that goes in. */
  readonly tag: number;
  /** The port of loopback that takes it. */
  readonly port: number;
  /** What viewers name as their publisher. */
  readonly endpoint: MediaEndpoint;
}

/** The port through which other processes of this server read streams, and give back what they made of them. */
export interface MediaPipes {
  /** @param onClosed called once, when the stream has ended or the outlet was closed */
  outlet(publisher: MediaEndpoint, onClosed: () => void): MediaOutlet;
  /**
   * Opens a way in beside the publisher it was made of.
   * @param from the port of loopback that sends it
   * @param listener hears when it starts and when it is gone
   * @throws (rejects) MediaUnavailable
   */
  inlet(
    publisher: MediaEndpoint,
    tracks: readonly TrackDescription[],
    from: number,
    listener: MediaListener,
  ): Promise<MediaInlet>;
}

/** No media process can take the endpoint: none is up, or its memory is exhausted. */
export class MediaUnavailable extends Error {
  override readonly name = 'MediaUnavailable';
}
