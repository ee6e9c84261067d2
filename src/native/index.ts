export { AesCtr, CTR_IV_LENGTH } from './aes-ctr.js';
export { AesGcm, GCM_IV_LENGTH, GCM_TAG_LENGTH } from './aes-gcm.js';
export { Arena } from './arena.js';
export type { BindOptions } from './bound-socket.js';
export { KEY_LENGTH } from './ciphers.js';
export { Dtls, type DtlsState } from './dtls.js';
export { DTLS_MTU, DtlsContext, type DtlsContextOptions } from './dtls-context.js';
export { HmacSha1, SHA1_LENGTH } from './hmac-sha1.js';
export { INBOX_BATCH, Inbox } from './inbox.js';
export { BindFault, NativeFault } from './native-fault.js';
export { Outbox, type OutboxOptions, type OutboxStats } from './outbox.js';
export { Poller } from './poller.js';
export { Readiness } from './readiness.js';
export { selfTest } from './self-test.js';
export {
  type AddressFamily,
  readSocketAddress,
  SOCKET_ADDRESS_SIZE,
  type SocketAddress,
  writeSocketAddress,
} from './socket-address.js';
export { MASTER_KEY_LENGTH, masterSaltLength, SRTP_PROFILES, type SrtpProfile } from './srtp-profile.js';
export { TcpListener } from './tcp-listener.js';
export { TcpStream } from './tcp-stream.js';
export { UdpSocket, type UdpSocketOptions } from './udp-socket.js';
