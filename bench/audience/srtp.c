/* Opening of packets, and receiver reports. */
#include "audience.h"
#include <arpa/inet.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { KEY = 16, SALT = 12, INDEX = 4, SENDER_REPORT = 200, RECEIVER_REPORT = 201 };

/* RFC 3711 section 4.3: AES in counter mode over the label; a salt of 12 bytes is filled up with zeros. */
static void derive(const uint8_t *key, const uint8_t *salt, uint8_t label, uint8_t *out, int length) {
  uint8_t counter[16] = {0}, zeros[KEY] = {0};
  int done;
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  memcpy(counter, salt, SALT);
  counter[7] ^= label;
  if (!cipher || !EVP_EncryptInit_ex(cipher, EVP_aes_128_ctr(), NULL, key, counter) ||
      !EVP_EncryptUpdate(cipher, out, &done, zeros, length)) {
    die("key derivation");
  }
  EVP_CIPHER_CTX_free(cipher);
}

static EVP_CIPHER_CTX *cipher_of(const uint8_t *master, const uint8_t *salt, uint8_t label, int encrypts) {
  uint8_t key[KEY];
  derive(master, salt, label, key, KEY);
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  if (!cipher || !EVP_CipherInit_ex(cipher, EVP_aes_128_gcm(), NULL, key, NULL, encrypts)) die("AES-128-GCM");
  return cipher;
}

void srtp_prepare(struct viewer *viewer, const uint8_t *material) {
  const uint8_t *client = material, *server = material + KEY;
  const uint8_t *client_salt = material + 2 * KEY, *server_salt = client_salt + SALT;
  struct srtp *srtp = &viewer->srtp;
  srtp->rtp = cipher_of(server, server_salt, 0, 0);
  derive(server, server_salt, 2, srtp->rtp_salt, SALT);
  srtp->rtcp_in = cipher_of(server, server_salt, 3, 0);
  derive(server, server_salt, 5, srtp->rtcp_in_salt, SALT);
  srtp->rtcp_out = cipher_of(client, client_salt, 3, 1);
  derive(client, client_salt, 5, srtp->rtcp_out_salt, SALT);
}

static int gcm(EVP_CIPHER_CTX *cipher, const uint8_t *iv, const uint8_t *salt, const uint8_t *aad1, int length1,
               const uint8_t *aad2, int length2, uint8_t *bytes, int length, uint8_t *tag, int encrypts) {
  uint8_t nonce[SALT];
  int done;
  for (int i = 0; i < SALT; i++) nonce[i] = iv[i] ^ salt[i];
  if (!EVP_CipherInit_ex(cipher, NULL, NULL, NULL, nonce, -1)) return 0;
  if (!encrypts && !EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG, tag)) return 0;
  if (!EVP_CipherUpdate(cipher, NULL, &done, aad1, length1)) return 0;
  if (length2 > 0 && !EVP_CipherUpdate(cipher, NULL, &done, aad2, length2)) return 0;
  if (!EVP_CipherUpdate(cipher, bytes, &done, bytes, length)) return 0;
  if (EVP_CipherFinal_ex(cipher, bytes + length, &done) <= 0) return 0;
  return !encrypts || EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG, tag);
}

/* RFC 3550 section 5.1: with a header extension, if there is one. */
int srtp_header(const uint8_t *packet, int length) {
  int header = HEADER + 4 * (packet[0] & 0x0f);
  if (!(packet[0] & 0x10)) return header;
  return header + 4 > length ? length : header + 4 + 4 * (packet[header + 2] << 8 | packet[header + 3]);
}

int srtp_open(struct viewer *viewer, uint8_t *packet, int length, int64_t index) {
  /* RFC 7714 section 8.1. */
  uint8_t iv[SALT] = {0};
  uint32_t rollover = htonl((uint32_t)(index >> 16));
  int header = srtp_header(packet, length), payload = length - header - TAG;
  if (payload < 0) return -1;
  memcpy(iv + 2, packet + 8, 4);
  memcpy(iv + 6, &rollover, 4);
  memcpy(iv + 10, packet + 2, 2);
  if (!gcm(viewer->srtp.rtp, iv, viewer->srtp.rtp_salt, packet, header, NULL, 0, packet + header, payload,
           packet + length - TAG, 0)) {
    return -1;
  }
  return payload;
}

/* RFC 7714 section 9.1. */
static void rtcp_iv(uint8_t *iv, const uint8_t *ssrc, uint32_t index) {
  uint32_t number = htonl(index);
  memset(iv, 0, SALT);
  memcpy(iv + 2, ssrc, 4);
  memcpy(iv + 8, &number, 4);
}

static void put32(uint8_t *at, uint32_t value) {
  value = htonl(value);
  memcpy(at, &value, sizeof value);
}

void srtp_report(struct viewer *viewer, uint8_t *packet, int length) {
  uint8_t iv[SALT], report[32 + TAG + INDEX] = {0x81, RECEIVER_REPORT, 0, 7};
  uint32_t word;
  int body = length - 8 - TAG - INDEX;
  if (body < 20 || packet[1] != SENDER_REPORT) return;
  memcpy(&word, packet + length - INDEX, INDEX);
  rtcp_iv(iv, packet + 4, ntohl(word) & 0x7fffffff);
  if (!gcm(viewer->srtp.rtcp_in, iv, viewer->srtp.rtcp_in_salt, packet, 8, packet + length - INDEX, INDEX, packet + 8,
           body, packet + length - INDEX - TAG, 0)) {
    viewer->check.counts.damaged++;
    return;
  }
  /* RFC 3550 section 6.4.2: nothing lost, no jitter, and when the sender's report came: just now. */
  if (viewer->report_ssrc == 0) RAND_bytes((uint8_t *)&viewer->report_ssrc, sizeof viewer->report_ssrc);
  put32(report + 4, viewer->report_ssrc);
  memcpy(report + 8, packet + 4, 4);
  put32(report + 16, (uint32_t)viewer->check.highest);
  memcpy(report + 24, packet + 10, 4);
  put32(report + 48, 0x80000000 | ++viewer->srtp.rtcp_index);
  rtcp_iv(iv, report + 4, viewer->srtp.rtcp_index);
  if (gcm(viewer->srtp.rtcp_out, iv, viewer->srtp.rtcp_out_salt, report, 8, report + 48, INDEX, report + 8, 24,
          report + 32, 1)) {
    transmit(viewer, report, sizeof report);
  }
}
