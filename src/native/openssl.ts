import { type Bound, bind, type Library, load, type Signature } from './library.js';
import { NativeFault } from './native-fault.js';
import { requirePlatform } from './platform.js';

const P = 'int64_t';

const CRYPTO = {
  OpenSSL_version_num: ['uint64_t', []],
  ERR_clear_error: ['void', []],
  ERR_get_error: ['uint64_t', []],
  ERR_error_string_n: ['void', ['uint64_t', P, 'size_t']],
  EVP_CIPHER_fetch: [P, [P, 'str', P]],
  EVP_CIPHER_CTX_new: [P, []],
  EVP_CIPHER_CTX_free: ['void', [P]],
  EVP_EncryptInit_ex2: ['int', [P, P, P, P, P]],
  EVP_DecryptInit_ex2: ['int', [P, P, P, P, P]],
  EVP_Cipher: ['int', [P, P, P, 'uint32_t']],
  EVP_CIPHER_CTX_get_params: ['int', [P, P]],
  EVP_get_digestbyname: [P, ['str']],
  HMAC_CTX_new: [P, []],
  HMAC_CTX_free: ['void', [P]],
  HMAC_Init_ex: ['int', [P, P, 'int', P, P]],
  HMAC_Update: ['int', [P, P, 'size_t']],
  HMAC_Final: ['int', [P, P, P]],
  BIO_new: [P, [P]],
  BIO_s_mem: [P, []],
  BIO_new_mem_buf: [P, [P, 'int']],
  BIO_free: ['int', [P]],
  BIO_read: ['int', [P, P, 'int']],
  BIO_write: ['int', [P, P, 'int']],
  BIO_ctrl_pending: ['size_t', [P]],
  PEM_read_bio_X509: [P, [P, P, P, P]],
  PEM_read_bio_PrivateKey: [P, [P, P, P, P]],
  X509_digest: ['int', [P, P, P, P]],
  X509_free: ['void', [P]],
  EVP_PKEY_free: ['void', [P]],
} as const satisfies Record<string, Signature>;

const SSL = {
  DTLS_method: [P, []],
  SSL_CTX_new: [P, [P]],
  SSL_CTX_free: ['void', [P]],
  SSL_CTX_ctrl: ['int64_t', [P, 'int', 'int64_t', P]],
  SSL_CTX_set_options: ['uint64_t', [P, 'uint64_t']],
  SSL_CTX_set_cipher_list: ['int', [P, 'str']],
  SSL_CTX_use_certificate: ['int', [P, P]],
  SSL_CTX_use_PrivateKey: ['int', [P, P]],
  SSL_CTX_check_private_key: ['int', [P]],
  SSL_CTX_set_verify: ['void', [P, 'int', P]],
  SSL_CTX_set_cert_verify_callback: ['void', [P, P, P]],
  SSL_CTX_set_tlsext_use_srtp: ['int', [P, 'str']],
  SSL_new: [P, [P]],
  SSL_free: ['void', [P]],
  SSL_set_bio: ['void', [P, P, P]],
  SSL_set_accept_state: ['void', [P]],
  SSL_set_connect_state: ['void', [P]],
  SSL_ctrl: ['int64_t', [P, 'int', 'int64_t', P]],
  SSL_do_handshake: ['int', [P]],
  SSL_is_init_finished: ['int', [P]],
  SSL_get_error: ['int', [P, 'int']],
  SSL_read: ['int', [P, P, 'int']],
  SSL_shutdown: ['int', [P]],
  SSL_alloc_buffers: ['int', [P]],
  SSL_free_buffers: ['int', [P]],
  SSL_export_keying_material: ['int', [P, P, 'size_t', 'str', 'size_t', P, 'size_t', 'int']],
  SSL_get_selected_srtp_profile: [P, [P]],
  SSL_get_current_cipher: [P, [P]],
  SSL_CIPHER_get_protocol_id: ['uint16_t', [P]],
  SSL_get_session: [P, [P]],
  SSL_SESSION_get_master_key: ['size_t', [P, P, 'size_t']],
  SSL_get_client_random: ['size_t', [P, P, 'size_t']],
  SSL_get_server_random: ['size_t', [P, P, 'size_t']],
  SSL_get1_peer_certificate: [P, [P]],
  DTLS_set_timer_cb: ['void', [P, P]],
} as const satisfies Record<string, Signature>;

export type OpenSsl = Bound<typeof CRYPTO> & Bound<typeof SSL>;

type Loader = (name: string | null) => Library | null;

/**
 * Binds OpenSSL 3: the one inside the `node` program, which official builds export, or else the system's. Both halves
 * come from one place, since two copies of the library cannot share objects.
 *
 * @throws NativeFault `symbols` that names what is missing where
 */
export function bindOpenSsl(loader: Loader = load): OpenSsl {
  const lacks: string[] = [];
  for (const [place, cryptoName, sslName] of [
    ['this node program', null, null],
    ['libcrypto.so.3 and libssl.so.3', 'libcrypto.so.3', 'libssl.so.3'],
  ] as const) {
    const cryptoLibrary = loader(cryptoName);
    const sslLibrary = loader(sslName);
    if (!cryptoLibrary || !sslLibrary) {
      lacks.push(`${place} cannot be loaded`);
      continue;
    }
    const crypto = bind(cryptoLibrary, CRYPTO);
    const ssl = bind(sslLibrary, SSL);
    const missing = [...crypto.missing, ...ssl.missing];
    if (missing.length === 0) return { ...crypto.functions, ...ssl.functions };
    lacks.push(`${place} lacks ${summary(missing)}`);
  }
  throw new NativeFault(
    'symbols',
    `OpenSSL 3 was not found: ${lacks.join('; ')}. ` +
      'Run Sluice with an official Node.js build, or install the package with libssl.so.3 (Debian: libssl3)',
  );
}

function summary(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

let loaded: OpenSsl | undefined;

/** OpenSSL, bound at the first call. */
export function openssl(): OpenSsl {
  if (loaded) return loaded;
  requirePlatform();
  loaded = bindOpenSsl();
  return loaded;
}
