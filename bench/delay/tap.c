/* Stands on the wires between a few peers and a server and notes when RTP packets pass, without opening them.
 *
 * Each peer has a leg: a socket that the peer sends to, and one that the server knows as the peer's address. Leg 0 is the
 * publisher's: a packet's time is read just before it is sent on to the server. On the other legs it is the time at
 * which the kernel delivered the packet to the socket (SO_TIMESTAMPNS), so it does not matter when this process gets to
 * read it. Both are the machine's real-time clock. An RTP header is not encrypted in SRTP (RFC 3711 section 3.1).
 *
 * tap SERVER_PORT LEGS CAPACITY  ->  one line of JSON with the ports. Then, from standard input: 's' begins the records
 * anew, 'e' ends them and writes "COUNT MISSED\n" and COUNT records; the end of input ends the program. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_LEGS = 64, BATCH = 64, DATAGRAM = 2048, HEADER = 12, CONTROL = 256 };

struct record {
  int64_t nanoseconds;
  uint32_t source;
  uint32_t timestamp;
  uint16_t sequence;
  uint8_t payload;
  uint8_t leg;
  uint32_t length;
};

static struct leg {
  int front, back;
  struct sockaddr_in peer;
} legs[MOST_LEGS];

static struct record *records;
static long capacity, count, missed;
static int recording;

static uint8_t buffers[BATCH][DATAGRAM];
static union {
  char bytes[CONTROL];
  struct cmsghdr align;
} controls[BATCH];
static struct sockaddr_in sources[BATCH];
static struct iovec parts[BATCH];
static struct mmsghdr incoming[BATCH];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int room = 4 << 20, descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  return descriptor;
}

static int port_of(int descriptor) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  if (getsockname(descriptor, (struct sockaddr *)&address, &length) < 0) die("getsockname");
  return ntohs(address.sin_port);
}

static int64_t nanoseconds(struct timespec time) { return time.tv_sec * 1000000000LL + time.tv_nsec; }

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds(time);
}

/* When the kernel got a datagram; 0 when it does not say. */
static int64_t arrival(struct msghdr *header) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(header); part; part = CMSG_NXTHDR(header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec time;
    memcpy(&time, CMSG_DATA(part), sizeof time);
    return nanoseconds(time);
  }
  return 0;
}

static void note(int leg, const uint8_t *packet, unsigned length, int64_t time) {
  int is_rtp = length >= HEADER && packet[0] >> 6 == 2 && (packet[1] < 192 || packet[1] > 223);
  if (!recording || !is_rtp) return;
  if (count == capacity || time == 0) {
    missed++;
    return;
  }
  uint32_t source, timestamp;
  uint16_t sequence;
  memcpy(&sequence, packet + 2, 2);
  memcpy(&timestamp, packet + 4, 4);
  memcpy(&source, packet + 8, 4);
  records[count++] = (struct record){time, ntohl(source), ntohl(timestamp), ntohs(sequence), packet[1], (uint8_t)leg, length};
}

static int receive(int descriptor) {
  for (int i = 0; i < BATCH; i++) {
    incoming[i].msg_hdr.msg_namelen = sizeof sources[i];
    incoming[i].msg_hdr.msg_controllen = CONTROL;
  }
  int got = recvmmsg(descriptor, incoming, BATCH, MSG_DONTWAIT, NULL);
  return got > 0 ? got : 0;
}

/* What cannot be sent on is lost, as on any wire. */
static void to_server(int index) {
  struct leg *leg = &legs[index];
  int got = receive(leg->front);
  for (int i = 0; i < got; i++) {
    leg->peer = sources[i];
    int64_t time = now();
    ssize_t sent = send(leg->back, buffers[i], incoming[i].msg_len, 0);
    if (index == 0 && sent >= 0) note(0, buffers[i], incoming[i].msg_len, time);
  }
}

static void to_peer(int index) {
  struct leg *leg = &legs[index];
  int got = receive(leg->back);
  for (int i = 0; i < got; i++) {
    if (index > 0) note(index, buffers[i], incoming[i].msg_len, arrival(&incoming[i].msg_hdr));
    if (leg->peer.sin_port == 0) continue;
    sendto(leg->front, buffers[i], incoming[i].msg_len, 0, (struct sockaddr *)&leg->peer, sizeof leg->peer);
  }
}

static void write_all(const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t written = write(1, at, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) die("write");
    at += written;
    length -= (size_t)written;
  }
}

static void obey(void) {
  char command;
  if (read(0, &command, 1) <= 0) exit(0);
  if (command == 's') {
    recording = 1;
    count = missed = 0;
  } else if (command == 'e') {
    char line[64];
    recording = 0;
    write_all(line, (size_t)snprintf(line, sizeof line, "%ld %ld\n", count, missed));
    write_all(records, (size_t)count * sizeof *records);
  }
}

static void watch(int poll, int descriptor, uint64_t what) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = what};
  if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) die("epoll_ctl");
}

static long argument(const char *text, long least, long most) {
  long value = atol(text);
  if (value >= least && value <= most) return value;
  fprintf(stderr, "tap: %s is not from %ld to %ld\n", text, least, most);
  exit(2);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: tap SERVER_PORT LEGS CAPACITY\n");
    return 2;
  }
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  server.sin_port = htons((uint16_t)argument(argv[1], 1, 65535));
  long number = argument(argv[2], 2, MOST_LEGS);
  capacity = argument(argv[3], 1, 50000000);
  records = malloc((size_t)capacity * sizeof *records);
  if (!records) die("malloc");
  /* So that no page is touched for the first time while packets pass. */
  memset(records, 0, (size_t)capacity * sizeof *records);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){buffers[i], DATAGRAM};
    struct msghdr header = {.msg_name = &sources[i], .msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = &controls[i]};
    incoming[i].msg_hdr = header;
  }
  int poll = epoll_create1(0), yes = 1;
  watch(poll, 0, 2 * MOST_LEGS);
  for (long i = 0; i < number; i++) {
    legs[i].front = open_socket();
    legs[i].back = open_socket();
    if (setsockopt(legs[i].back, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes) < 0) die("SO_TIMESTAMPNS");
    watch(poll, legs[i].front, (uint64_t)(2 * i));
    watch(poll, legs[i].back, (uint64_t)(2 * i + 1));
    if (connect(legs[i].back, (struct sockaddr *)&server, sizeof server) < 0) die("connect");
  }
  /* It is to forward at once, whatever else runs. Takes root; without it, the times remain as exact. */
  struct sched_param parameters = {.sched_priority = 2};
  int urgent = sched_setscheduler(0, SCHED_FIFO, &parameters) == 0;
  prctl(PR_SET_PDEATHSIG, SIGKILL);

  printf("{\"urgent\":%s,\"fronts\":[", urgent ? "true" : "false");
  for (long i = 0; i < number; i++) printf("%s%d", i ? "," : "", port_of(legs[i].front));
  printf("],\"backs\":[");
  for (long i = 0; i < number; i++) printf("%s%d", i ? "," : "", port_of(legs[i].back));
  printf("]}\n");
  fflush(stdout);
  for (;;) {
    struct epoll_event ready[BATCH];
    int events = epoll_wait(poll, ready, BATCH, -1);
    for (int i = 0; i < events; i++) {
      uint64_t what = ready[i].data.u64;
      if (what == 2 * MOST_LEGS) obey();
      else if (what % 2 == 0) to_server((int)(what / 2));
      else to_peer((int)(what / 2));
    }
  }
}
