import koffi from 'koffi';

const FIRST_RETRANSMISSION_US = 200_000;
const LONGEST_RETRANSMISSION_US = 3_200_000;

export interface DtlsCallbacks {
  /**
   * Stands for the whole verification of a chain: the fingerprint in the SDP decides (RFC 5763 section 5), and whether
   * the peer has the certificate's key is verified elsewhere, with its CertificateVerify.
   */
  readonly acceptCertificate: number;
  /** `DTLS_timer_cb`: 200 ms, doubled up to 3.2 s; OpenSSL starts at a second, too long for a viewer to wait. */
  readonly nextTimeout: number;
}

let registered: DtlsCallbacks | undefined;

/** The callbacks that OpenSSL calls in the midst of a handshake, registered once a process. */
export function dtlsCallbacks(): DtlsCallbacks {
  registered ??= {
    acceptCertificate: pointerTo(() => 1, ['int64_t', 'int64_t']),
    nextTimeout: pointerTo(
      (_ssl: number, previous: number) =>
        previous === 0 ? FIRST_RETRANSMISSION_US : Math.min(2 * previous, LONGEST_RETRANSMISSION_US),
      ['int64_t', 'uint32_t'],
    ),
  };
  return registered;
}

function pointerTo(callback: (first: number, second: number) => number, args: string[]): number {
  return Number(koffi.register(callback, koffi.pointer(koffi.proto('uint32_t', args))));
}
