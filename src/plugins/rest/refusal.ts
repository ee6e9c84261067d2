import { StreamInfo } from '../../wire/index.js';

/** What cannot be done, with the HTTP status that says so. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly statusCode: 400 | 404 | 409 | 500 | 501 | 503,
    message: string,
  ) {
    super(message);
  }
}

export const noRecorder = () => new Refusal(501, 'This server does not record.');

const recorderStatuses: Readonly<Record<string, Refusal['statusCode']>> = {
  'not-found': 404,
  'already-recording': 409,
  unfinished: 409,
  off: 501,
  'too-many': 503,
  'bad-config': 400,
};

/** What a recorder has refused, as HTTP says it; everything else as it is. */
export const recorderRefusal = (error: unknown) => refusalBy(recorderStatuses, error);

const transcoderStatuses: Readonly<Record<string, Refusal['statusCode']>> = {
  'not-found': 404,
  'in-use': 409,
  off: 501,
  busy: 503,
  'bad-order': 400,
  failed: 500,
};

/** The same of a transcoder. */
export const transcoderRefusal = (error: unknown) => refusalBy(transcoderStatuses, error);

function refusalBy(statuses: Readonly<Record<string, Refusal['statusCode']>>, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const status = Object.hasOwn(statuses, String(error.code)) ? statuses[String(error.code)] : undefined;
  return status === undefined ? error : new Refusal(status, error.message);
}

const snapshotStatuses: Readonly<Record<string, Refusal['statusCode']>> = {
  [StreamInfo.STREAM_NOT_FOUND]: 404,
  [StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED]: 501,
  [StreamInfo.NO_AVAILABLE_TRANSCODERS]: 503,
};

/** Why there is no picture of a stream, as HTTP says it. */
export function snapshotRefusal(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  const status = Object.hasOwn(snapshotStatuses, message) ? snapshotStatuses[message] : undefined;
  return new Refusal(status ?? 500, message);
}
