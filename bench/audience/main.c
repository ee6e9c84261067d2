/* The audience: viewers that are told by lines on standard input where to connect, and say what they got. One answer,
 * in JSON, to each `report` and `tally`; one line for each viewer that is connected; the end of input ends the program.
 *
 *   source RATE SIZE STAMPED PREFIX                what publishers send; PREFIX in hex
 *   viewer ID GROUP SEED SAMPLED PORT USERNAME PASSWORD OWNPASSWORD FINGERPRINT
 *   window GROUP FROM TO                           counts packets from FROM up to TO
 *   report                                         of the window
 *   tally                                          since the last tally: packets that came, that should have, delays */
#define _GNU_SOURCE
#include "audience.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, READY = 128, HEADERS_ONLY = 256, TICK = 50, ASK_AGAIN = 500, CONSENT = 5000, PATIENCE = 20000 };

static struct viewer *viewers[MOST_VIEWERS];
static int viewer_count, poller;
static uint8_t buffers[BATCH][MOST_PACKET];
static struct mmsghdr incoming[BATCH];
static struct iovec parts[BATCH];

void die(const char *what) {
  perror(what);
  exit(1);
}

void refuse(const struct viewer *viewer, const char *why) {
  fprintf(stderr, "viewer %d: %s\n", viewer->id, why);
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

double now_ms(void) { return (double)now_ns() / 1e6; }

/* What a full socket buffer or a closed port takes, is lost as on any network. */
void transmit(const struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (send(viewer->descriptor, bytes, length, 0) < 0 && errno != EAGAIN && errno != ECONNREFUSED) die("send");
}

static void add_viewer(const char *line) {
  struct viewer *viewer = calloc(1, sizeof *viewer);
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  unsigned seed = 0;
  int room = 1 << 20;
  if (!viewer || viewer_count == MOST_VIEWERS) die("viewer");
  if (sscanf(line, "viewer %d %d %u %d %u %599s %299s %99s %99s", &viewer->id, &viewer->group, &seed, &viewer->sampled,
             &viewer->port, viewer->username, viewer->password, viewer->own_password, viewer->fingerprint) != 9) {
    refuse(viewer, "not understood");
  }
  viewer->seed = seed;
  server.sin_port = htons((uint16_t)viewer->port);
  viewer->descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (viewer->descriptor < 0) die("socket");
  setsockopt(viewer->descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  if (connect(viewer->descriptor, (struct sockaddr *)&server, sizeof server) < 0) die("connect");
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, viewer->descriptor, &event) < 0) die("epoll_ctl");
  viewers[viewer_count++] = viewer;
  viewer->answered_at = now_ms();
  ice_ask(viewer);
}

static void receive_one(struct viewer *viewer, uint8_t *bytes, int length, int whole, uint64_t now) {
  /* RFC 7983. */
  if (bytes[0] <= 3 && ice_receive(viewer, bytes, (size_t)length)) {
    viewer->answered_at = (double)now / 1e6;
    if (viewer->state == ASKING) dtls_start(viewer);
  } else if (bytes[0] >= 20 && bytes[0] <= 63) dtls_receive(viewer, bytes, (size_t)length);
  else if (viewer->state == PLAYING && bytes[0] >= 128 && bytes[0] <= 191 && length >= HEADER) {
    if (bytes[1] >= 192 && bytes[1] <= 223) srtp_report(viewer, bytes, length);
    else check_packet(viewer, bytes, length, whole, now);
  }
}

/* The kernel need not copy payloads that nobody looks at. */
static void receive(struct viewer *viewer) {
  int wanted = viewer->state != PLAYING || check_wants_payload(viewer);
  size_t room = wanted ? MOST_PACKET : HEADERS_ONLY;
  for (int i = 0; i < BATCH; i++) parts[i].iov_len = room;
  int got = recvmmsg(viewer->descriptor, incoming, BATCH, MSG_DONTWAIT | MSG_TRUNC, NULL);
  if (got < 0 && errno != EAGAIN && errno != ECONNREFUSED) die("recvmmsg");
  uint64_t now = now_ns();
  for (int i = 0; i < got; i++) {
    int length = (int)incoming[i].msg_len, whole = (size_t)length <= room;
    if (length > 0 && length <= MOST_PACKET) receive_one(viewer, buffers[i], length, whole, now);
  }
}

static void tick(void) {
  double now = now_ms();
  for (int i = 0; i < viewer_count; i++) {
    struct viewer *viewer = viewers[i];
    if (now - viewer->answered_at > PATIENCE) refuse(viewer, "no answer to STUN");
    if (viewer->state == SHAKING) dtls_timeout(viewer);
    if (now - viewer->asked_at > (viewer->state == ASKING ? ASK_AGAIN : CONSENT)) ice_ask(viewer);
  }
}

static void report(void) {
  struct counts sum = {0};
  printf("{\"received\":[");
  for (int i = 0; i < viewer_count; i++) {
    const struct counts *one = &viewers[i]->check.counts;
    sum.duplicates += one->duplicates;
    sum.reordered += one->reordered;
    sum.misnumbered += one->misnumbered;
    sum.compared += one->compared;
    sum.damaged += one->damaged;
    printf(i ? ",%llu" : "%llu", (unsigned long long)viewers[i]->check.received);
  }
  printf("],\"duplicates\":%llu,\"reordered\":%llu,\"misnumbered\":%llu,\"compared\":%llu,\"damaged\":%llu}\n",
         (unsigned long long)sum.duplicates, (unsigned long long)sum.reordered, (unsigned long long)sum.misnumbered,
         (unsigned long long)sum.compared, (unsigned long long)sum.damaged);
}

static void tally(void) {
  double p50 = 0, p99 = 0, p999 = 0, most = 0;
  unsigned long long packets = 0, expected = 0, damaged = 0;
  for (int i = 0; i < viewer_count; i++) {
    struct check *check = &viewers[i]->check;
    packets += check->packets;
    damaged += check->counts.damaged + check->counts.misnumbered;
    if (check->started) expected += (unsigned long long)(check->highest - check->first + 1);
    check->packets = 0;
    check->first = check->highest + 1;
  }
  int timed = check_delays(&p50, &p99, &p999, &most);
  printf("{\"packets\":%llu,\"expected\":%llu,\"damaged\":%llu,\"timed\":%d,\"p50\":%.4f,\"p99\":%.4f,\"p999\":%.4f,"
         "\"max\":%.4f}\n", packets, expected, damaged, timed, p50, p99, p999, most);
}

static void set_source(const char *line) {
  char hex[2 * sizeof source.prefix + 1];
  if (sscanf(line, "source %ld %ld %d %512s", &source.rate, &source.size, &source.stamped, hex) != 4) die(line);
  source.prefix_length = (int)strlen(hex) / 2;
  for (int i = 0; i < source.prefix_length; i++) {
    unsigned value;
    if (sscanf(hex + 2 * i, "%2x", &value) != 1) die(line);
    source.prefix[i] = (uint8_t)value;
  }
}

static void obey(const char *line) {
  long long from, to;
  int group;
  if (strncmp(line, "viewer ", 7) == 0) add_viewer(line);
  else if (strncmp(line, "source ", 7) == 0) set_source(line);
  else if (sscanf(line, "window %d %lld %lld", &group, &from, &to) == 3) {
    for (int i = 0; i < viewer_count; i++) {
      if (viewers[i]->group == group) check_window(viewers[i], from, to);
    }
    printf("{}\n");
  } else if (strcmp(line, "report") == 0) report();
  else if (strcmp(line, "tally") == 0) tally();
  else die(line);
  fflush(stdout);
}

static void read_commands(void) {
  static char text[65536];
  static size_t length;
  ssize_t got = read(STDIN_FILENO, text + length, sizeof text - length - 1);
  if (got == 0) exit(0);
  if (got < 0) die("read");
  length += (size_t)got;
  char *line = text, *end;
  while ((end = memchr(line, '\n', length - (size_t)(line - text)))) {
    *end = 0;
    obey(line);
    line = end + 1;
  }
  length -= (size_t)(line - text);
  memmove(text, line, length);
}

int main(void) {
  struct epoll_event ready[READY], commands = {.events = EPOLLIN, .data.ptr = NULL};
  double ticked = 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  check_noise();
  dtls_prepare();
  for (int i = 0; i < BATCH; i++) {
    parts[i].iov_base = buffers[i];
    incoming[i].msg_hdr.msg_iov = &parts[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
  poller = epoll_create1(0);
  if (poller < 0 || epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &commands) < 0) die("epoll");
  printf("{\"fingerprint\":\"%s\"}\n", dtls_fingerprint());
  fflush(stdout);
  for (;;) {
    int count = epoll_wait(poller, ready, READY, TICK);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      if (ready[i].data.ptr) receive(ready[i].data.ptr);
      else read_commands();
    }
    if (now_ms() - ticked < TICK) continue;
    ticked = now_ms();
    tick();
  }
}
