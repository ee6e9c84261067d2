/* Connectivity checks: to the server at once, and again every few seconds to keep its consent; and answers to its own. */
#include "audience.h"
#include <arpa/inet.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <string.h>

enum {
  BINDING_REQUEST = 0x0001,
  BINDING_SUCCESS = 0x0101,
  COOKIE = 0x2112a442,
  XOR_MAPPED_ADDRESS = 0x0020,
  USERNAME = 0x0006,
  MESSAGE_INTEGRITY = 0x0008,
  PRIORITY = 0x0024,
  USE_CANDIDATE = 0x0025,
  FINGERPRINT = 0x8028,
  ICE_CONTROLLING = 0x802a
};

static uint8_t *put16(uint8_t *at, unsigned value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
  return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value) { return put16(put16(at, value >> 16), value & 0xffff); }

static uint8_t *attribute(uint8_t *at, unsigned type, const void *value, size_t length) {
  at = put16(put16(at, type), (unsigned)length);
  memcpy(at, value, length);
  memset(at + length, 0, (4 - length % 4) % 4);
  return at + (length + 3) / 4 * 4;
}

static uint32_t crc32(const uint8_t *bytes, size_t length) {
  uint32_t crc = 0xffffffff;
  for (size_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

static uint8_t *begin(uint8_t *message, unsigned type, const uint8_t *transaction) {
  put32(put16(put16(message, type), 0), COOKIE);
  memcpy(message + 8, transaction, 12);
  return message + 20;
}

/* Signs and sends what ends at `at`. */
static void end(const struct viewer *viewer, uint8_t *message, uint8_t *at, const char *password) {
  uint8_t digest[20];
  unsigned int size = sizeof digest;
  /* The length counts the attribute that is about to come (RFC 8489 section 14.5). */
  put16(message + 2, (unsigned)(at - message - 20 + 24));
  HMAC(EVP_sha1(), password, (int)strlen(password), message, (size_t)(at - message), digest, &size);
  at = attribute(at, MESSAGE_INTEGRITY, digest, sizeof digest);
  put16(message + 2, (unsigned)(at - message - 20 + 8));
  put32(digest, crc32(message, (size_t)(at - message)) ^ 0x5354554e);
  at = attribute(at, FINGERPRINT, digest, 4);
  transmit(viewer, message, (size_t)(at - message));
}

void ice_ask(struct viewer *viewer) {
  uint8_t message[1024], priority[4];
  RAND_bytes(viewer->transaction, sizeof viewer->transaction);
  uint8_t *at = begin(message, BINDING_REQUEST, viewer->transaction);
  at = attribute(at, USERNAME, viewer->username, strlen(viewer->username));
  /* Of a host candidate, component 1. */
  put32(priority, 0x7effffff);
  at = attribute(at, PRIORITY, priority, sizeof priority);
  at = attribute(at, ICE_CONTROLLING, "sluiceau", 8);
  at = attribute(at, USE_CANDIDATE, "", 0);
  viewer->asked_at = now_ms();
  end(viewer, message, at, viewer->password);
}

/* Where the request came from: 127.0.0.1, masked as RFC 8489 section 14.2 wants it. */
static void answer(const struct viewer *viewer, const uint8_t *request) {
  uint8_t message[256], address[8] = {0, 1};
  put32(put16(address + 2, viewer->port ^ COOKIE >> 16), INADDR_LOOPBACK ^ COOKIE);
  uint8_t *at = begin(message, BINDING_SUCCESS, request + 8);
  end(viewer, message, attribute(at, XOR_MAPPED_ADDRESS, address, sizeof address), viewer->own_password);
}

int ice_receive(const struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (length < 20) return 0;
  unsigned type = (unsigned)(bytes[0] << 8 | bytes[1]);
  if (type == BINDING_REQUEST) answer(viewer, bytes);
  return type == BINDING_SUCCESS && memcmp(bytes + 8, viewer->transaction, sizeof viewer->transaction) == 0;
}
