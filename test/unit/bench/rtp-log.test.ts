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

function pass(log: RtpLog, sequenceNumber: number): void {
  log.entered(rtp(sequenceNumber));
  log.arrived(rtp(sequenceNumber));
}

describe('RtpLog', () => {
  it('tells packets that arrived, arrived at the second try, and never', () => {
    const log = new RtpLog();
    log.begin();
    for (let number = 65530; number < 65550; number += 1) {
      if (number === 65540) continue;
      if (number % 5 === 0) log.entered(rtp(number));
      else pass(log, number);
    }
    pass(log, 65535);
    log.entered(rtp(65545));
    expect(log.report()).toEqual([
      { ssrc: 0x1234_5678, payloadType: 108, sent: 19, absent: 1, resent: 2, lostFirst: 3, neverArrived: 2 },
    ]);
  });

  it('counts what is first sent in the window, and what becomes of it later', () => {
    const log = new RtpLog();
    pass(log, 1);
    log.begin();
    pass(log, 10);
    log.entered(rtp(9));
    log.entered(rtp(11));
    pass(log, 14);
    log.end();
    pass(log, 11);
    pass(log, 12);
    pass(log, 15);
    expect(log.report()[0]).toMatchObject({ sent: 4, absent: 1, resent: 1, lostFirst: 1, neverArrived: 0 });
  });

  it('keeps sources apart and takes nothing else for RTP', () => {
    const log = new RtpLog();
    log.begin();
    pass(log, 1);
    log.entered(rtp(1, 99));
    const rtcp = rtp(2);
    rtcp[1] = 201;
    for (const data of [rtcp, Buffer.alloc(40), rtp(3).subarray(0, 11), Buffer.alloc(0)]) {
      log.entered(data);
      log.arrived(data);
    }
    expect(log.report().map(({ ssrc, sent, neverArrived }) => [ssrc, sent, neverArrived])).toEqual([
      [0x1234_5678, 1, 0],
      [99, 1, 1],
    ]);
  });
});
