/** Published test vectors, hexadecimal. */

/** RFC 3711 appendix B.2: AES-CM key stream. */
export const AES_CM_KEY = '2b7e151628aed2a6abf7158809cf4f3c';
export const AES_CM_IV = 'f0f1f2f3f4f5f6f7f8f9fafbfcfd0000';
export const AES_CM_STREAM =
  'e03ead0935c95e80e166b16dd92b4eb4' +
  'd23513162b02d0f72a43a2fe4a5f97ab' +
  '41e95b3bb0a2e8dd477901e4fca894c0';
/** The same stream from counter 0xfeff on, which crosses a byte of the counter. */
export const AES_CM_LATE_IV = 'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff';
export const AES_CM_LATE_STREAM =
  'ec8cdf7398607cb0f2d21675ea9ea1e4' +
  '362b7c3c6773516318a077d7fc5073ae' +
  '6a2cc3787889374fbeb4c81b17ba6c44';

/** RFC 3711 appendix B.3: session keys from a master key and salt. */
export const KDF_KEY = 'e1f97a0d3e018be0d64fa32c06de4139';
export const KDF_CIPHER_IV = '0ec675ad498afeebb6960b3aabe60000';
export const KDF_CIPHER_KEY = 'c61e7a93744f39ee10734afe3ff7a087';
export const KDF_SALT_IV = '0ec675ad498afee9b6960b3aabe60000';
export const KDF_SALT = '30cbbc08863d8c85d49db34a9ae1';
export const KDF_AUTH_IV = '0ec675ad498afeeab6960b3aabe60000';
export const KDF_AUTH_KEY =
  'cebe321f6ff7716b6fd4ab49af256a15' +
  '6d38baa48f0a0acf3c34e2359e6cdbce' +
  'e049646c43d9327ad175578ef7227098';

/** RFC 7714 section 16.1.1: an SRTP packet with AES-128-GCM. */
export const GCM_KEY = '000102030405060708090a0b0c0d0e0f';
export const GCM_IV = '51753c6580c2726f20718414';
export const GCM_AAD = '8040f17b8041f8d35501a0b2';
export const GCM_PLAIN = '47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573';
export const GCM_CIPHER = 'f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833';
export const GCM_TAG = '899d7f27beb16a9152cf765ee4390cce';

/** RFC 2202 section 3, test case 2: HMAC-SHA-1. */
export const HMAC_KEY = Buffer.from('Jefe').toString('hex');
export const HMAC_TEXT = Buffer.from('what do ya want for nothing?').toString('hex');
export const HMAC_MAC = 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79';
