import { describe, expect, it } from 'vitest';
import { connectivityCheck, isCheckAnswer, transactionOf } from '../../../src/client/connectivity-check.js';
import { random } from '../rtp/support.js';
import { answerTo } from './answer-to.js';

const password = 'x'.repeat(24);

describe('the answer to a check', () => {
  const check = connectivityCheck('them:us', password);
  const answer = answerTo(check, password);

  it('is known by its signature and transaction', () => {
    expect(isCheckAnswer(answer, password)).toBe(true);
    expect(transactionOf(answer)).toBe(transactionOf(check));
  });

  it.each([
    ['signed with another password', answerTo(check, 'other')],
    ['the check itself', check],
    ['cut short', answer.subarray(0, answer.length - 1)],
    ['without a signature', answer.subarray(0, 28)],
    ['empty', Buffer.alloc(0)],
    ['too long', Buffer.concat([answer, Buffer.alloc(1000)])],
  ])('is none when it is %s', (_, bytes) => {
    expect(isCheckAnswer(bytes, password)).toBe(false);
  });

  it('is none with any bit changed, and never throws', () => {
    const next = random(3);
    for (let at = 0; at < answer.length; at++) {
      const changed = Buffer.from(answer);
      changed[at]! ^= 1 << Math.floor(next() * 8);
      expect(isCheckAnswer(changed, password), `byte ${at}`).toBe(false);
    }
  });

  it('nominates when told to', () => {
    const useCandidate = Buffer.from('00250000', 'hex');
    expect(connectivityCheck('a:b', password).includes(useCandidate)).toBe(false);
    expect(connectivityCheck('a:b', password, true).includes(useCandidate)).toBe(true);
  });
});
