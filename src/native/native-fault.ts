/**
 * Something the operating system or OpenSSL refused, or that this machine lacks.
 *
 * Thrown only when things are set up (opening, binding, loading a key), never on the packet path.
 */
export class NativeFault extends Error {
  /**
   * @param code `platform`, `symbols`, `self-test`, `memory`, `openssl`, or the name of an errno such as `EADDRINUSE`
   * @param message one line that says what is wrong and what to do about it
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'NativeFault';
  }
}

/** A port that cannot be bound. */
export class BindFault extends NativeFault {
  constructor(
    code: string,
    message: string,
    readonly protocol: 'TCP' | 'UDP',
    readonly port: number,
  ) {
    super(code, message);
  }
}
