/* The handshake, with one certificate for all viewers: it is none of the server's concern whether they share one. */
#include "audience.h"
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

/* Keys of 16 bytes and salts of 12 for both directions. */
enum { MATERIAL = 2 * (16 + 12), MTU = 1200, RECORD_HEADER = 13 };

static SSL_CTX *context;
static char own_fingerprint[100];

static void describe(X509 *certificate, char *text) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  X509_digest(certificate, EVP_sha256(), digest, &size);
  for (unsigned int i = 0; i < size; i++) sprintf(text + 3 * i, i + 1 < size ? "%02X:" : "%02X", digest[i]);
}

/* Certificates in WebRTC are signed by nobody: the fingerprint is compared after the handshake. */
static int accept_any(int ok, X509_STORE_CTX *store) {
  (void)ok;
  (void)store;
  return 1;
}

void dtls_prepare(void) {
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 7 * 24 * 3600);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const uint8_t *)"audience", -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_set_pubkey(certificate, key);
  if (!key || !X509_sign(certificate, key, EVP_sha256())) die("certificate");
  describe(certificate, own_fingerprint);
  context = SSL_CTX_new(DTLS_client_method());
  if (!context || SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1 ||
      SSL_CTX_set_tlsext_use_srtp(context, "SRTP_AEAD_AES_128_GCM") != 0) {
    die("DTLS");
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, accept_any);
  SSL_CTX_set_options(context, SSL_OP_NO_QUERY_MTU);
}

const char *dtls_fingerprint(void) { return own_fingerprint; }

/* Each record as a datagram of its own: the memory BIO does not keep them apart. */
static void flush(struct viewer *viewer) {
  char *bytes;
  long length = BIO_get_mem_data(viewer->out, &bytes);
  for (long at = 0; at + RECORD_HEADER <= length;) {
    long record = RECORD_HEADER + ((uint8_t)bytes[at + 11] << 8) + (uint8_t)bytes[at + 12];
    if (at + record > length) break;
    transmit(viewer, (uint8_t *)bytes + at, (size_t)record);
    at += record;
  }
  (void)BIO_reset(viewer->out);
}

static void finish(struct viewer *viewer) {
  uint8_t material[MATERIAL];
  char fingerprint[100] = "";
  X509 *certificate = SSL_get1_peer_certificate(viewer->ssl);
  if (certificate) describe(certificate, fingerprint);
  X509_free(certificate);
  if (strcasecmp(fingerprint, viewer->fingerprint) != 0) refuse(viewer, "the certificate is not the one announced");
  if (!SSL_get_selected_srtp_profile(viewer->ssl)) refuse(viewer, "no SRTP_AEAD_AES_128_GCM");
  if (SSL_export_keying_material(viewer->ssl, material, MATERIAL, "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0) != 1) {
    refuse(viewer, "no keys");
  }
  srtp_prepare(viewer, material);
  viewer->state = PLAYING;
  printf("{\"connected\":%d}\n", viewer->id);
  fflush(stdout);
}

static void proceed(struct viewer *viewer) {
  int result = SSL_do_handshake(viewer->ssl);
  int error = SSL_get_error(viewer->ssl, result);
  flush(viewer);
  if (result == 1) finish(viewer);
  else if (error != SSL_ERROR_WANT_READ) refuse(viewer, "the handshake failed");
}

void dtls_start(struct viewer *viewer) {
  viewer->ssl = SSL_new(context);
  viewer->in = BIO_new(BIO_s_mem());
  viewer->out = BIO_new(BIO_s_mem());
  if (!viewer->ssl || !viewer->in || !viewer->out) die("DTLS");
  BIO_set_mem_eof_return(viewer->in, -1);
  BIO_set_mem_eof_return(viewer->out, -1);
  SSL_set_bio(viewer->ssl, viewer->in, viewer->out);
  SSL_set_mtu(viewer->ssl, MTU);
  SSL_set_connect_state(viewer->ssl);
  viewer->state = SHAKING;
  proceed(viewer);
}

void dtls_receive(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (viewer->state != SHAKING) return;
  BIO_write(viewer->in, bytes, (int)length);
  proceed(viewer);
}

void dtls_timeout(struct viewer *viewer) {
  if (DTLSv1_handle_timeout(viewer->ssl) < 0) refuse(viewer, "the handshake took too long");
  flush(viewer);
}
