/** Why a session description cannot be used. */
export type SdpFaultCode = 'too-long' | 'malformed' | 'too-many-sections' | 'too-many-codecs';

/** What parsing yields instead of an offer. `detail` is for the log, not for the client. */
export interface SdpFault {
  readonly fault: SdpFaultCode;
  readonly detail: string;
}

/** What an agreement yields when not one section can be accepted; `detail` says why, section by section. */
export interface NoCommonCodecs {
  readonly fault: 'no-common-codecs';
  readonly detail: string;
}

/** Tells the two kinds of result of this room's functions apart. */
export function isSdpFault<T extends object>(
  result: T | SdpFault | NoCommonCodecs,
): result is SdpFault | NoCommonCodecs {
  return 'fault' in result;
}

export function sdpFault(fault: SdpFaultCode, detail: string): SdpFault {
  return { fault, detail };
}
