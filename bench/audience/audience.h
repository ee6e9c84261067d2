/* Many WebRTC viewers in one process, each with a UDP socket, ICE, DTLS and SRTP of its own, but as cheap as they can be:
 * most of them look at the headers only, which SRTP leaves in clear. See main.c for what it is told and what it answers. */
#ifndef AUDIENCE_H
#define AUDIENCE_H

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>

enum {
  MOST_VIEWERS = 4096,
  MOST_GROUPS = 256,
  MOST_PACKET = 2048,
  HEADER = 12,
  TAG = 16,
  FRAMES_PER_SECOND = 30,
  TICKS_PER_FRAME = 3000
};

/* What every publisher sends: see peers/video-source.mjs. */
struct source {
  long rate, size;
  /* Whether packets say when they were sent. */
  int stamped;
  uint8_t *noise;
  /* What a key frame begins with. */
  uint8_t prefix[256];
  int prefix_length;
};

struct srtp {
  EVP_CIPHER_CTX *rtp, *rtcp_in, *rtcp_out;
  uint8_t rtp_salt[12], rtcp_in_salt[12], rtcp_out_salt[12];
  uint32_t rtcp_index;
};

struct counts {
  uint64_t duplicates, reordered, misnumbered, compared, damaged;
};

/* What a viewer makes of its packets. Packet index: RFC 3711 section 3.3.1, the unwrapped sequence number. */
struct check {
  int64_t first, highest, shift, last_number, from, to;
  uint64_t packets;
  uint32_t ssrc, timestamp_shift;
  uint8_t type;
  int started, anchored, verified;
  uint8_t *seen;
  uint64_t received;
  struct counts counts;
};

enum state { ASKING, SHAKING, PLAYING };

struct viewer {
  int id, descriptor, group, sampled;
  uint32_t seed;
  enum state state;
  unsigned port;
  char username[600], password[300], own_password[100], fingerprint[100];
  uint8_t transaction[12];
  double asked_at, answered_at;
  SSL *ssl;
  BIO *in, *out;
  struct srtp srtp;
  struct check check;
  uint32_t report_ssrc;
};

/* main.c */
void die(const char *what);
void refuse(const struct viewer *viewer, const char *why);
double now_ms(void);
void transmit(const struct viewer *viewer, const uint8_t *bytes, size_t length);

/* ice.c: RFC 8445 as the controlling agent of a peer that is ICE-lite, RFC 8489 for the messages. */
void ice_ask(struct viewer *viewer);
/* Whether it is the answer to the last question. */
int ice_receive(const struct viewer *viewer, const uint8_t *bytes, size_t length);

/* dtls.c: RFC 5764, as the client. */
void dtls_prepare(void);
const char *dtls_fingerprint(void);
void dtls_start(struct viewer *viewer);
void dtls_receive(struct viewer *viewer, const uint8_t *bytes, size_t length);
void dtls_timeout(struct viewer *viewer);

/* srtp.c: RFC 3711 with the ciphers of RFC 7714. */
void srtp_prepare(struct viewer *viewer, const uint8_t *material);
int srtp_header(const uint8_t *packet, int length);
/* The length of the payload, which is written over the packet's own; -1 when the packet is not whole. */
int srtp_open(struct viewer *viewer, uint8_t *packet, int length, int64_t index);
void srtp_report(struct viewer *viewer, uint8_t *packet, int length);

/* check.c */
extern struct source source;
int check_wants_payload(const struct viewer *viewer);
void check_window(struct viewer *viewer, int64_t from, int64_t to);
void check_packet(struct viewer *viewer, uint8_t *packet, int length, int whole, uint64_t now_ns);
int check_delays(double *p50, double *p99, double *p999, double *most);
void check_noise(void);

#endif
