/* What the kernel and AES-128-GCM alone cost a packet: the least that any server on this machine can come to.
 *
 * Sends one video track to many loopback sockets, paced in frames as the benchmark's publisher does: for every packet
 * and viewer it writes an RTP header, encrypts the payload with the viewer's own context, and sends. `segments` 0: one
 * sendto a packet. Otherwise so many packets a message, cut up by the kernel (UDP_SEGMENT), all messages of a step in
 * one sendmmsg. A child process empties the sockets; only the sender's CPU time counts.
 *
 * floor SEGMENTS VIEWERS RATE SIZE SECONDS  ->  one line of JSON */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { FRAMES_PER_SECOND = 30, HEADER = 12, TAG = 16, MOST_VIEWERS = 2000, MOST_SEGMENTS = 64, BATCH = 64 };

static int receivers[MOST_VIEWERS];
static struct sockaddr_in addresses[MOST_VIEWERS];
static EVP_CIPHER_CTX *contexts[MOST_VIEWERS];
static struct mmsghdr messages[MOST_VIEWERS];
static struct iovec vectors[MOST_VIEWERS];
static union {
  char bytes[CMSG_SPACE(sizeof(uint16_t))];
  struct cmsghdr align;
} controls[MOST_VIEWERS];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static long argument(char *text, long least, long most) {
  long value = atol(text);
  if (value < least || value > most) {
    fprintf(stderr, "floor: %s is not from %ld to %ld\n", text, least, most);
    exit(2);
  }
  return value;
}

static void open_receivers(long viewers) {
  int size = 1 << 20;
  socklen_t length = sizeof addresses[0];
  for (long i = 0; i < viewers; i++) {
    addresses[i].sin_family = AF_INET;
    addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    receivers[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (receivers[i] < 0 || bind(receivers[i], (struct sockaddr *)&addresses[i], length) < 0) die("bind");
    if (getsockname(receivers[i], (struct sockaddr *)&addresses[i], &length) < 0) die("getsockname");
    setsockopt(receivers[i], SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
}

/* The child: empties the sockets until the parent closes its end of the pipe, then writes how many came. */
static void drain(long viewers, int stop, int report) {
  static char buffers[BATCH][2048];
  static struct mmsghdr incoming[BATCH];
  static struct iovec parts[BATCH];
  struct epoll_event ready[BATCH];
  long total = 0;
  int poll = epoll_create1(0);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){buffers[i], sizeof buffers[i]};
    incoming[i].msg_hdr.msg_iov = &parts[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
  for (long i = 0; i <= viewers; i++) {
    int descriptor = i < viewers ? receivers[i] : stop;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event) < 0) die("epoll_ctl");
  }
  for (;;) {
    int count = epoll_wait(poll, ready, BATCH, -1), stopped = 0;
    for (int i = 0; i < count; i++) {
      if (ready[i].data.fd == stop) {
        stopped = 1;
        continue;
      }
      int got = recvmmsg(ready[i].data.fd, incoming, BATCH, MSG_DONTWAIT, NULL);
      if (got > 0) total += got;
    }
    if (stopped && count == 1) break;
  }
  if (write(report, &total, sizeof total) != sizeof total) die("write");
  exit(0);
}

/* RFC 3711 section 4.1 and RFC 7714 section 8.1: SSRC and packet index, here without the salt. */
static void seal(long viewer, uint32_t number, uint32_t timestamp, const uint8_t *payload, int length, uint8_t *out) {
  EVP_CIPHER_CTX *context = contexts[viewer];
  uint32_t ssrc = htonl(1000 + (uint32_t)viewer), index = htonl(number), time = htonl(timestamp);
  uint16_t sequence = htons((uint16_t)number);
  uint8_t iv[12] = {0};
  int done;
  out[0] = 0x80;
  out[1] = 102;
  memcpy(out + 2, &sequence, 2);
  memcpy(out + 4, &time, 4);
  memcpy(out + 8, &ssrc, 4);
  memcpy(iv + 2, &ssrc, 4);
  memcpy(iv + 8, &index, 4);
  if (!EVP_EncryptInit_ex(context, NULL, NULL, NULL, iv) || !EVP_EncryptUpdate(context, NULL, &done, out, HEADER) ||
      !EVP_EncryptUpdate(context, out + HEADER, &done, payload, length) ||
      !EVP_EncryptFinal_ex(context, out + HEADER + length, &done) ||
      !EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, out + HEADER + length)) {
    fprintf(stderr, "floor: AES-128-GCM failed\n");
    exit(1);
  }
}

static void prepare(long viewers, long group, int datagram, uint8_t *out) {
  uint8_t key[16];
  for (long i = 0; i < viewers; i++) {
    memset(key, (int)i, sizeof key);
    contexts[i] = EVP_CIPHER_CTX_new();
    if (!contexts[i] || !EVP_EncryptInit_ex(contexts[i], EVP_aes_128_gcm(), NULL, key, NULL)) die("AES-128-GCM");
    struct msghdr *header = &messages[i].msg_hdr;
    vectors[i].iov_base = out + i * group * datagram;
    header->msg_name = &addresses[i];
    header->msg_namelen = sizeof addresses[i];
    header->msg_iov = &vectors[i];
    header->msg_iovlen = 1;
    header->msg_control = &controls[i];
    header->msg_controllen = sizeof controls[i];
    struct cmsghdr *control = CMSG_FIRSTHDR(header);
    control->cmsg_level = SOL_UDP;
    control->cmsg_type = UDP_SEGMENT;
    control->cmsg_len = CMSG_LEN(sizeof(uint16_t));
    uint16_t segment = (uint16_t)datagram;
    memcpy(CMSG_DATA(control), &segment, sizeof segment);
  }
}

static double microseconds(struct timeval t) { return t.tv_sec * 1e6 + t.tv_usec; }

int main(int count, char **args) {
  if (count != 6) {
    fprintf(stderr, "usage: floor SEGMENTS VIEWERS RATE SIZE SECONDS\n");
    return 2;
  }
  long segments = argument(args[1], 0, MOST_SEGMENTS), viewers = argument(args[2], 1, MOST_VIEWERS);
  long rate = argument(args[3], 30, 5000), size = argument(args[4], 200, 1400);
  long seconds = argument(args[5], 1, 120), group = segments > 0 ? segments : 1, sent = 0, received = 0;
  int datagram = (int)size + TAG, length = (int)size - HEADER, stop[2], report[2], room = 4 << 20;
  if (group * datagram > 65000) group = 65000 / datagram;
  uint8_t *out = malloc((size_t)(viewers * group * datagram)), *payloads = malloc((size_t)(group * size));
  if (!out || !payloads || pipe(stop) < 0 || pipe(report) < 0) die("floor");
  memset(payloads, 0x5a, (size_t)(group * size));

  open_receivers(viewers);
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(stop[1]);
    drain(viewers, stop[0], report[1]);
  }
  alarm((unsigned)seconds + 10);
  for (long i = 0; i < viewers; i++) close(receivers[i]);
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  if (sender < 0) die("socket");
  setsockopt(sender, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  prepare(viewers, group, datagram, out);

  struct rusage before, after;
  struct timespec start, due;
  getrusage(RUSAGE_SELF, &before);
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long frame = 0; frame < seconds * FRAMES_PER_SECOND; frame++) {
    long first = (frame * rate + FRAMES_PER_SECOND - 1) / FRAMES_PER_SECOND;
    long end = ((frame + 1) * rate + FRAMES_PER_SECOND - 1) / FRAMES_PER_SECOND;
    long ns = start.tv_nsec + frame * 1000000000L / FRAMES_PER_SECOND;
    due.tv_sec = start.tv_sec + ns / 1000000000L;
    due.tv_nsec = ns % 1000000000L;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    for (long number = first; number < end; number += group) {
      long packets = end - number < group ? end - number : group;
      for (long viewer = 0; viewer < viewers; viewer++) {
        uint8_t *at = vectors[viewer].iov_base;
        for (long i = 0; i < packets; i++) {
          seal(viewer, (uint32_t)(number + i), (uint32_t)(frame * 3000), payloads + i * size, length, at + i * datagram);
        }
        vectors[viewer].iov_len = (size_t)(packets * datagram);
        if (segments > 0) continue;
        struct sockaddr *address = (struct sockaddr *)&addresses[viewer];
        if (sendto(sender, at, (size_t)datagram, 0, address, sizeof addresses[viewer]) == datagram) sent++;
      }
      for (long done = 0; segments > 0 && done < viewers;) {
        int accepted = sendmmsg(sender, messages + done, (unsigned)(viewers - done), 0);
        if (accepted <= 0) die("sendmmsg");
        done += accepted;
        sent += accepted * packets;
      }
    }
  }
  getrusage(RUSAGE_SELF, &after);

  close(stop[1]);
  if (read(report[0], &received, sizeof received) != sizeof received) die("read");
  waitpid(child, NULL, 0);
  double user = microseconds(after.ru_utime) - microseconds(before.ru_utime);
  double system = microseconds(after.ru_stime) - microseconds(before.ru_stime);
  printf("{\"packets\":%ld,\"received\":%ld,\"user\":%.3f,\"system\":%.3f}\n", sent, received, user / sent, system / sent);
  return 0;
}
