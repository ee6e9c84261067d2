import { describe, expect, it } from 'vitest';
import { Fault, faults, listenFault, reasonOf } from '../../../src/kit/index.js';

const target = { protocol: 'TCP', host: '0.0.0.0', port: 8080, flag: '--ws-port' } as const;

describe('Fault', () => {
  it('fills its message and hint from the table', () => {
    const fault = Fault.of('PORT_IN_USE', target);
    expect(fault).toBeInstanceOf(Error);
    expect(fault.name).toBe('Fault');
    expect(fault.code).toBe('PORT_IN_USE');
    expect(fault.message).toBe('Port 8080 (TCP) on 0.0.0.0 is already in use');
    expect(fault.hint).toBe('Stop the program that uses it, or choose another port with --ws-port.');
    expect(fault.cause).toBeUndefined();
  });

  it('puts a value in as it is, whatever it looks like', () => {
    const fault = Fault.of('CONFIG_UNREADABLE', { path: '$&{reason}', reason: 'no $1 such file' });
    expect(fault.message).toBe('The configuration file $&{reason} cannot be read: no $1 such file');
  });

  it('has one line of message and a whole sentence of hint for every code', () => {
    for (const [code, { message, hint }] of Object.entries(faults)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(message).not.toMatch(/[\r\n]/);
      expect(hint).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('listenFault', () => {
  it.each([
    ['EADDRINUSE', 'PORT_IN_USE'],
    ['EACCES', 'PORT_NOT_PERMITTED'],
    ['EPERM', 'PORT_NOT_PERMITTED'],
    ['EADDRNOTAVAIL', 'ADDRESS_NOT_AVAILABLE'],
    ['EAFNOSUPPORT', 'ADDRESS_NOT_AVAILABLE'],
    ['EMFILE', 'LISTEN_FAILED'],
  ] as const)('%s becomes %s', (code, expected) => {
    const error = Object.assign(new Error('listen\nfailed'), { code });
    const fault = listenFault(error, target);
    expect(fault.code).toBe(expected);
    expect(fault.cause).toBe(error);
    expect(fault.message).toContain('8080');
    expect(fault.message).not.toContain('\n');
  });

  it('takes anything thrown', () => {
    expect(listenFault('odd', target).message).toBe('Port 8080 (TCP) on 0.0.0.0 cannot listen: odd');
    expect(listenFault(null, target).code).toBe('LISTEN_FAILED');
    const fault = Fault.of('SDK_MISSING', {});
    expect(listenFault(fault, target)).toBe(fault);
  });
});

describe('reasonOf', () => {
  it('is the message on one line', () => {
    expect(reasonOf(new Error('a\r\n  b'))).toBe('a b');
    expect(reasonOf(undefined)).toBe('undefined');
    expect(reasonOf(new Error(''))).toBe('unknown reason');
  });
});
