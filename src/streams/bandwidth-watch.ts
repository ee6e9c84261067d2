import type { OutgoingRate } from './media-plane.js';

/** When a player is told that its bandwidth is not enough. */
export interface BandwidthNotice {
  readonly bandwidthNotice: boolean;
  /** Time that it must have been too little without a break, ms. */
  readonly bandwidthNoticeDelay: number;
  /** Least time between two notices, ms. */
  readonly bandwidthNoticeInterval: number;
}

/** What a player is told, bit/s (WCS spec C.7). */
export interface NotEnoughBandwidth {
  /** What the stream needs. */
  readonly remoteBitrate: number;
  /** What gets through. */
  readonly bandwidth: number;
}

/** Part of what a stream needs below which an estimate is too little: estimates of what is just enough tremble. */
const enough = 0.95;
/**
 * From one second to the next an estimate that grows by more is still finding out: libwebrtc's follows a stream that grows
 * by 8 % a second at most, over a path however wide.
 */
const growing = 1.02;
/** Part of the packets lost above which the path is taken to be too narrow, as by congestion control (RMCAT GCC section 6). */
const tooMuchLoss = 0.1;
/** Rates come so often, ms. */
const rateInterval = 1000;

/** How long one player's bandwidth has been too little, rate by rate. */
export class BandwidthShortage {
  /** Without a break, ms; seconds in which the estimate is still finding out do not count. */
  duration = 0;
  /** What gets through, bit/s. */
  bandwidth = 0;
  private lastEstimate = Number.POSITIVE_INFINITY;

  /** @returns whether this second says anything */
  update({ bitrate, estimate, lossRate }: OutgoingRate): boolean {
    const narrow = estimate > 0 && estimate < enough * bitrate;
    const lossy = lossRate > tooMuchLoss;
    const undecided = !lossy && estimate > growing * this.lastEstimate;
    this.lastEstimate = estimate;
    this.bandwidth = Math.round(narrow ? estimate : bitrate * (1 - lossRate));
    if (bitrate === 0 || !(narrow || lossy)) this.duration = 0;
    else if (undecided) return false;
    else this.duration += rateInterval;
    return true;
  }
}

/** Watches one player's bandwidth, rate by rate, and says when it has to be told. */
export class BandwidthWatch {
  private readonly shortage = new BandwidthShortage();
  private sinceNotice = Number.POSITIVE_INFINITY;

  constructor(private readonly notice: BandwidthNotice) {}

  /** @returns null while there is nothing to say */
  update(rate: OutgoingRate): NotEnoughBandwidth | null {
    this.sinceNotice += rateInterval;
    const { shortage } = this;
    if (!shortage.update(rate)) return null;
    const { bandwidthNotice, bandwidthNoticeDelay, bandwidthNoticeInterval } = this.notice;
    if (!bandwidthNotice || shortage.duration === 0 || shortage.duration < bandwidthNoticeDelay) return null;
    if (this.sinceNotice < bandwidthNoticeInterval) return null;
    this.sinceNotice = 0;
    return { remoteBitrate: rate.bitrate, bandwidth: shortage.bandwidth };
  }
}
