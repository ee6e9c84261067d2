/** STUN (RFC 8489) and its ICE attributes (RFC 8445 section 16.1). */

export const HEADER_LENGTH = 20;
export const MAGIC_COOKIE = 0x2112a442;
export const TRANSACTION_OFFSET = 8;
export const TRANSACTION_LENGTH = 12;

export const BINDING_REQUEST = 0x0001;
export const BINDING_INDICATION = 0x0011;
export const BINDING_SUCCESS = 0x0101;
export const BINDING_ERROR = 0x0111;

export const USERNAME = 0x0006;
export const MESSAGE_INTEGRITY = 0x0008;
export const ERROR_CODE = 0x0009;
export const UNKNOWN_ATTRIBUTES = 0x000a;
export const XOR_MAPPED_ADDRESS = 0x0020;
export const PRIORITY = 0x0024;
export const USE_CANDIDATE = 0x0025;
export const FINGERPRINT = 0x8028;
export const ICE_CONTROLLED = 0x8029;
export const ICE_CONTROLLING = 0x802a;

/** Attribute types from here on may be ignored by who does not know them. */
export const COMPREHENSION_OPTIONAL = 0x8000;

export const INTEGRITY_LENGTH = 20;
export const FINGERPRINT_XOR = 0x5354554e;

export const ROLE_CONFLICT = 487;
export const UNKNOWN_ATTRIBUTE = 420;
