import { describe, expect, it } from 'vitest';
import { bindLibc, errnoName } from '../../../src/native/libc.js';
import type { Library } from '../../../src/native/library.js';
import { bindOpenSsl } from '../../../src/native/openssl.js';
import { requirePlatform } from '../../../src/native/platform.js';

function libraryWithout(...lacking: string[]): Library {
  return {
    func: (name) => {
      if (lacking.includes(name)) throw new Error('no such symbol');
      return () => name;
    },
  };
}

describe('what this machine lacks', () => {
  it('names another platform in one line', () => {
    expect(() => requirePlatform('darwin', 'arm64')).toThrow(
      /Linux \(x64 or arm64\) only; this is darwin arm64/,
    );
    expect(() => requirePlatform('linux', 'ia32')).toThrow(/linux ia32/);
    requirePlatform('linux', 'x64');
    requirePlatform('linux', 'arm64');
  });

  it('names the missing functions of the C library', () => {
    expect(() => bindLibc(libraryWithout('recvmmsg', 'poll'))).toThrow(/lacks poll, recvmmsg/);
  });

  it('does without sendmmsg', () => {
    expect(bindLibc(libraryWithout('sendmmsg')).sendmmsg).toBeUndefined();
  });

  it('takes OpenSSL from the program when it is whole', () => {
    const asked: (string | null)[] = [];
    bindOpenSsl((name) => {
      asked.push(name);
      return libraryWithout();
    });
    expect(asked).toEqual([null, null]);
  });

  it('takes all of OpenSSL from the system when the program lacks one function', () => {
    const openssl = bindOpenSsl((name) => (name === null ? libraryWithout('DTLS_method') : libraryWithout()));
    expect(openssl.DTLS_method).toBeTypeOf('function');
  });

  it('says what is missing where when there is no OpenSSL', () => {
    expect(() =>
      bindOpenSsl((name) => (name === null ? libraryWithout('SSL_new', 'EVP_Cipher') : null)),
    ).toThrow(
      /this node program lacks EVP_Cipher, SSL_new; libcrypto\.so\.3 and libssl\.so\.3 cannot be loaded.*libssl3/,
    );
  });

  it('gives errnos their names', () => {
    expect(errnoName(98)).toBe('EADDRINUSE');
    expect(errnoName(0)).toBe('unknown error');
  });
});
