import { describe, expect, it } from 'vitest';
import { authorizationOf, subprotocols } from '../../../console/dashboard/credentials.js';
import { socketAuthorization } from '../../../src/admin/socket-credentials.js';

describe('the credentials of the dashboard', () => {
  it('are those of a token or of a user', () => {
    expect(authorizationOf('', 'abc')).toBe('Bearer abc');
    expect(authorizationOf('ann', 'pass')).toBe('Basic YW5uOnBhc3M=');
    expect(authorizationOf('änn', 'ü')).toBe(`Basic ${Buffer.from('änn:ü').toString('base64')}`);
  });

  it('reach the server in a subprotocol as it reads them', () => {
    for (const authorization of ['Bearer abc', 'Basic YW5uOnBhc3M=', authorizationOf('流', '???>>>')]) {
      const headers = { 'sec-websocket-protocol': subprotocols(authorization).join(', ') };
      expect(socketAuthorization({ headers } as never)).toBe(authorization);
      expect(headers['sec-websocket-protocol']).toMatch(/^[\w., -]+$/);
    }
    expect(subprotocols(null)).toEqual(['sluice.live']);
  });
});
