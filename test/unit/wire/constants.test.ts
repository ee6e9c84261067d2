import sdk from '@flashphoner/websdk/src/constants.js';
import { describe, expect, it } from 'vitest';
import {
  isTerminal,
  SessionStatus,
  StreamEventType,
  StreamInfo,
  StreamStatus,
} from '../../../src/wire/index.js';

describe('constants are those of the shipped SDK', () => {
  it('stream infos, byte for byte', () => {
    expect(StreamInfo).toEqual(sdk.STREAM_STATUS_INFO);
  });

  it('stream statuses', () => {
    expect(StreamStatus).toEqual(sdk.STREAM_STATUS);
  });

  it('session statuses', () => {
    expect(SessionStatus).toEqual(sdk.SESSION_STATUS);
  });

  it('stream event types', () => {
    expect(StreamEventType).toEqual(sdk.STREAM_EVENT_TYPE);
  });

  it('three statuses end a stream', () => {
    expect(Object.values(StreamStatus).filter(isTerminal)).toEqual(['UNPUBLISHED', 'STOPPED', 'FAILED']);
  });
});
