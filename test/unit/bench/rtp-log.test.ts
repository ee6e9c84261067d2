import { describe, expect, it } from 'vitest';
import { RtpLog } from '../../../bench/link/rtp-log.mjs';

function rtp(sequenceNumber: number, ssrc = 0x1234_5678): Buffer {
  const packet = Buffer.alloc(40);
  packet[0] = 0x80;
  packet[1] = 0x80 | 108;
  packet.writeUInt16BE(sequenceNumber & 0xffff, 2);
  packet.writeUInt32BE(ssrc, 8);
  return packet;
}

/** In at `now`, out 10 ms later. */
function pass(log: RtpLog, sequenceNumber: number, now = 0): void {
  log.entered(rtp(sequenceNumber), now);
  log.arrived(rtp(sequenceNumber), now + 10);
}

describe('RtpLog', () => {
  it('tells packets that arrived, arrived at the second try, and never', () => {
    const log = new RtpLog();
    log.begin();
    for (let number = 65530; number < 65550; number += 1) {
      if (number === 65540) continue;
      if (number % 5 === 0) log.entered(rtp(number), 1000);
      else pass(log, number);
    }
    pass(log, 65535, 1080);
    pass(log, 65530, 1200);
    log.entered(rtp(65545), 1100);
    expect(log.report()).toEqual([
      {
        ssrc: 0x1234_5678,
        payloadType: 108,
        sent: 19,
        absent: 1,
        resent: 3,
        lostFirst: 3,
        neverArrived: 1,
        paddedNeverArrived: 0,
        recovery: { median: 210, p95: 210 },
      },
    ]);
  });

  it('counts what is first sent in the window, and what becomes of it later', () => {
    const log = new RtpLog();
    pass(log, 8);
    log.begin();
    pass(log, 10);
    log.entered(rtp(9), 0);
    log.entered(rtp(11), 0);
    pass(log, 14);
    log.end();
    pass(log, 11);
    pass(log, 12);
    pass(log, 15);
    expect(log.report()[0]).toMatchObject({ sent: 5, absent: 1, resent: 1, lostFirst: 2, neverArrived: 1 });
  });

  it('takes no copy of a packet from before the window for its first', () => {
    const log = new RtpLog();
    for (let number = 1; number <= 50; number += 1) pass(log, number);
    log.begin();
    pass(log, 20);
    pass(log, 51);
    pass(log, 53);
    expect(log.report()[0]).toMatchObject({ sent: 2, absent: 1, resent: 0 });
  });

  it('tells probes among what never arrived by the padding bit', () => {
    const log = new RtpLog();
    log.begin();
    pass(log, 1);
    for (const number of [2, 3, 4]) {
      const probe = rtp(number);
      probe[0] = 0xa0;
      log.entered(probe, 0);
      if (number === 3) log.arrived(probe, 5);
    }
    log.entered(rtp(5), 0);
    expect(log.report()[0]).toMatchObject({ sent: 5, neverArrived: 3, paddedNeverArrived: 2 });
  });

  it('keeps sources apart and takes nothing else for RTP', () => {
    const log = new RtpLog();
    log.begin();
    pass(log, 1);
    log.entered(rtp(1, 99), 0);
    const rtcp = rtp(2);
    rtcp[1] = 201;
    for (const data of [rtcp, Buffer.alloc(40), rtp(3).subarray(0, 11), Buffer.alloc(0)]) {
      log.entered(data, 0);
      log.arrived(data, 0);
    }
    expect(log.report().map(({ ssrc, sent, neverArrived }) => [ssrc, sent, neverArrived])).toEqual([
      [0x1234_5678, 1, 0],
      [99, 1, 1],
    ]);
  });
});
