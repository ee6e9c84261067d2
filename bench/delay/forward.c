/* The least a forwarder can be: what comes to its socket goes to every viewer, unchanged and unencrypted.
 *
 * A child process is the source: packets/s of one size in bursts of whole frames, each with an RTP header, paced as the
 * benchmark's publisher does. Another empties the sockets of those viewers nobody looks at. What has been read in one
 * call goes to each viewer as one message that the kernel cuts up, all messages in one sendmmsg, as in the server.
 *
 * forward VIEWERS PROBES RATE SIZE SECONDS  ->  a line with its port. It then waits for a line with the port its source
 * is to send to and those of the probes, and ends when the source does. Probes are spread among the viewers, first and
 * last included. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { FRAMES_PER_SECOND = 30, MOST_VIEWERS = 900, BATCH = 48, DATAGRAM = 2048, TAG = 16 };

static struct sockaddr_in viewers[MOST_VIEWERS];
static int sinks[MOST_VIEWERS], sink_count;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static long argument(const char *text, long least, long most) {
  long value = atol(text);
  if (value >= least && value <= most) return value;
  fprintf(stderr, "forward: %s is not from %ld to %ld\n", text, least, most);
  exit(2);
}

static struct sockaddr_in loopback(long port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((uint16_t)port);
  return address;
}

static int open_socket(struct sockaddr_in *bound) {
  socklen_t length = sizeof *bound;
  int room = 4 << 20, descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  *bound = loopback(0);
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)bound, length) < 0) die("bind");
  if (getsockname(descriptor, (struct sockaddr *)bound, &length) < 0) die("getsockname");
  setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  return descriptor;
}

static long frame_start(long frame, long rate) { return (frame * rate + FRAMES_PER_SECOND - 1) / FRAMES_PER_SECOND; }

static void send_track(struct sockaddr_in target, long rate, long size, long seconds) {
  uint8_t packet[DATAGRAM];
  struct timespec start, due;
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  if (sender < 0 || connect(sender, (struct sockaddr *)&target, sizeof target) < 0) die("connect");
  memset(packet, 0x5a, sizeof packet);
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long frame = 0; frame < seconds * FRAMES_PER_SECOND; frame++) {
    long ns = start.tv_nsec + frame * 1000000000L / FRAMES_PER_SECOND;
    due.tv_sec = start.tv_sec + ns / 1000000000L;
    due.tv_nsec = ns % 1000000000L;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    long end = frame_start(frame + 1, rate);
    for (long number = frame_start(frame, rate); number < end; number++) {
      uint16_t sequence = htons((uint16_t)number);
      uint32_t timestamp = htonl((uint32_t)(frame * 3000)), source = htonl(1);
      packet[0] = 0x80;
      packet[1] = (uint8_t)((number + 1 == end ? 0x80 : 0) | 102);
      memcpy(packet + 2, &sequence, 2);
      memcpy(packet + 4, &timestamp, 4);
      memcpy(packet + 8, &source, 4);
      if (send(sender, packet, (size_t)(size + TAG), 0) < 0) die("send");
    }
  }
  exit(0);
}

static void drain(void) {
  static char buffers[BATCH][DATAGRAM];
  static struct mmsghdr incoming[BATCH];
  static struct iovec parts[BATCH];
  struct epoll_event ready[BATCH];
  int poll = epoll_create1(0);
  /* Behind everything else, as the viewers nobody looks at are. */
  struct sched_param parameters = {0};
  sched_setscheduler(0, SCHED_OTHER, &parameters);
  setpriority(PRIO_PROCESS, 0, 19);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){buffers[i], DATAGRAM};
    incoming[i].msg_hdr.msg_iov = &parts[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
  for (int i = 0; i < sink_count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = sinks[i]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, sinks[i], &event) < 0) die("epoll_ctl");
  }
  for (;;) {
    int count = epoll_wait(poll, ready, BATCH, -1);
    for (int i = 0; i < count; i++) recvmmsg(ready[i].data.fd, incoming, BATCH, MSG_DONTWAIT, NULL);
  }
}

static void forward(int descriptor, long count, long size) {
  static uint8_t bytes[BATCH * DATAGRAM];
  static struct mmsghdr incoming[BATCH], outgoing[MOST_VIEWERS];
  static struct iovec parts[BATCH], whole;
  union {
    char bytes[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr align;
  } control;
  size_t datagram = (size_t)(size + TAG);
  struct cmsghdr *header = &control.align;
  uint16_t segment = (uint16_t)datagram;
  header->cmsg_level = SOL_UDP;
  header->cmsg_type = UDP_SEGMENT;
  header->cmsg_len = CMSG_LEN(sizeof segment);
  memcpy(CMSG_DATA(header), &segment, sizeof segment);
  for (int i = 0; i < BATCH; i++) {
    /* One behind the other, so that a batch is one piece of memory. */
    parts[i] = (struct iovec){bytes + (size_t)i * datagram, datagram};
    incoming[i].msg_hdr.msg_iov = &parts[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
    poll(&waiting, 1, -1);
    int got = recvmmsg(descriptor, incoming, BATCH, MSG_DONTWAIT, NULL);
    if (got <= 0) continue;
    whole = (struct iovec){bytes, (size_t)got * datagram};
    for (long i = 0; i < count; i++) {
      struct msghdr message = {.msg_name = &viewers[i], .msg_namelen = sizeof viewers[i], .msg_iov = &whole, .msg_iovlen = 1};
      message.msg_control = &control;
      message.msg_controllen = CMSG_SPACE(sizeof segment);
      outgoing[i].msg_hdr = message;
    }
    for (long done = 0; done < count;) {
      int accepted = sendmmsg(descriptor, outgoing + done, (unsigned)(count - done), 0);
      if (accepted <= 0) {
        struct pollfd room = {.fd = descriptor, .events = POLLOUT};
        poll(&room, 1, 1000);
      } else done += accepted;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: forward VIEWERS PROBES RATE SIZE SECONDS\n");
    return 2;
  }
  long count = argument(argv[1], 1, MOST_VIEWERS), probes = argument(argv[2], 1, count);
  long rate = argument(argv[3], 30, 5000), size = argument(argv[4], 200, 1300), seconds = argument(argv[5], 1, 300);
  struct sockaddr_in own;
  long port;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int descriptor = open_socket(&own);
  printf("%d\n", ntohs(own.sin_port));
  fflush(stdout);
  if (scanf("%ld", &port) != 1) return 2;
  struct sockaddr_in target = loopback(port);
  for (long i = 0; i < probes; i++) {
    if (scanf("%ld", &port) != 1) return 2;
    viewers[probes > 1 ? i * (count - 1) / (probes - 1) : 0] = loopback(port);
  }
  for (long i = 0; i < count; i++) {
    if (viewers[i].sin_port == 0) sinks[sink_count++] = open_socket(&viewers[i]);
  }
  pid_t forwarder = fork();
  if (forwarder == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    forward(descriptor, count, size);
  }
  pid_t drainer = fork();
  if (drainer == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    drain();
  }
  if (forwarder < 0 || drainer < 0) die("fork");
  send_track(target, rate, size, seconds);
}
