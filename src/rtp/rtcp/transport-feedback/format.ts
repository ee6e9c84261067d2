/** Bytes before the packet chunks (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1). */
export const HEADER_LENGTH = 20;
export const BASE_SEQUENCE_OFFSET = 12;
export const STATUS_COUNT_OFFSET = 14;
export const REFERENCE_TIME_OFFSET = 16;

export const CHUNK_LENGTH = 2;
/**
 * Packets that a chunk can speak of: a run (3.1.3), a vector of one-bit and one of two-bit symbols (3.1.4).
 */
export const MAX_RUN = 0x1fff;
export const ONE_BIT_SYMBOLS = 14;
export const TWO_BIT_SYMBOLS = 7;

/** The reference time counts 64 ms, deltas count 250 µs. */
export const TICKS_A_REFERENCE = 256;
export const TICKS_A_MS = 4;

/**
 * The most packets one message speaks of, read or written: seconds of the fastest video. The field's 65,535
 * would let 36 bytes of feedback cost as much work as a thousand packets.
 */
export const MAX_FEEDBACK_STATUSES = 8192;

/** Packet status symbols (3.1.1). Each is the number of bytes that its receive delta takes; 3 is reserved. */
export const NOT_RECEIVED = 0;
export const SMALL_DELTA = 1;
export const LARGE_DELTA = 2;
