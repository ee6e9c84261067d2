/* What both floors have in common: sockets that a child process empties, and SRTP's AES-128-GCM. */
#ifndef COMMON_H
#define COMMON_H
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

enum { FRAMES_PER_SECOND = 30, HEADER = 12, TAG = 16, MOST_VIEWERS = 2000, BATCH = 64 };

/* Of the viewers. */
static int receivers[MOST_VIEWERS];
static struct sockaddr_in addresses[MOST_VIEWERS];
/* What is sent with one sendmmsg. */
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

/* Starts the process that empties the viewers' sockets. */
static pid_t start_drain(long viewers, int stop[2], int report[2]) {
  if (pipe(stop) < 0 || pipe(report) < 0) die("pipe");
  open_receivers(viewers);
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(stop[1]);
    drain(viewers, stop[0], report[1]);
  }
  for (long i = 0; i < viewers; i++) close(receivers[i]);
  return child;
}

/* Ends it. Returns how many datagrams came. */
static long end_drain(pid_t child, int stop[2], int report[2]) {
  long received = 0;
  close(stop[1]);
  if (read(report[0], &received, sizeof received) != sizeof received) die("read");
  waitpid(child, NULL, 0);
  return received;
}

/* One of its own for each key and direction. */
static EVP_CIPHER_CTX *new_context(long key_number, int encrypts) {
  uint8_t key[16];
  memset(key, (int)key_number, sizeof key);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (!context || !EVP_CipherInit_ex(context, EVP_aes_128_gcm(), NULL, key, NULL, encrypts)) die("AES-128-GCM");
  return context;
}

/* RFC 3711 section 4.1 and RFC 7714 section 8.1: SSRC and packet index, here without the salt. */
static void write_iv(uint8_t *iv, const uint8_t *header, uint32_t number) {
  uint32_t index = htonl(number);
  memset(iv, 0, 12);
  memcpy(iv + 2, header + 8, 4);
  memcpy(iv + 8, &index, 4);
}

static void seal(EVP_CIPHER_CTX *context, uint32_t source, uint32_t number, uint32_t timestamp, const uint8_t *payload,
                 int length, uint8_t *out) {
  uint32_t ssrc = htonl(source), time = htonl(timestamp);
  uint16_t sequence = htons((uint16_t)number);
  uint8_t iv[12];
  int done;
  out[0] = 0x80;
  out[1] = 102;
  memcpy(out + 2, &sequence, 2);
  memcpy(out + 4, &time, 4);
  memcpy(out + 8, &ssrc, 4);
  write_iv(iv, out, number);
  if (!EVP_EncryptInit_ex(context, NULL, NULL, NULL, iv) || !EVP_EncryptUpdate(context, NULL, &done, out, HEADER) ||
      !EVP_EncryptUpdate(context, out + HEADER, &done, payload, length) ||
      !EVP_EncryptFinal_ex(context, out + HEADER + length, &done) ||
      !EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, out + HEADER + length)) {
    fprintf(stderr, "floor: AES-128-GCM failed\n");
    exit(1);
  }
}

/* Makes message `i` one of datagrams of `datagram` bytes at `data`, cut up by the kernel where its length is set to more. */
static void prepare_message(long i, struct sockaddr_in *address, uint8_t *data, int datagram) {
  struct msghdr *header = &messages[i].msg_hdr;
  vectors[i].iov_base = data;
  vectors[i].iov_len = (size_t)datagram;
  header->msg_name = address;
  header->msg_namelen = sizeof *address;
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

static void send_messages(int sender, long count) {
  for (long done = 0; done < count;) {
    int accepted = sendmmsg(sender, messages + done, (unsigned)(count - done), 0);
    if (accepted <= 0) die("sendmmsg");
    done += accepted;
  }
}

/* When step `step` of so many a second is due, on the clock of `start`. */
static void sleep_until(struct timespec start, long step, long steps_per_second) {
  long ns = start.tv_nsec + (step % steps_per_second) * (1000000000L / steps_per_second);
  struct timespec due = {start.tv_sec + step / steps_per_second + ns / 1000000000L, ns % 1000000000L};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

/* The first packet of a frame, at so many packets a second. */
static long frame_start(long frame, long rate) { return (frame * rate + FRAMES_PER_SECOND - 1) / FRAMES_PER_SECOND; }

static double microseconds(struct timeval t) { return t.tv_sec * 1e6 + t.tv_usec; }

static void tell(struct rusage before, struct rusage after, long sent, long received) {
  double user = microseconds(after.ru_utime) - microseconds(before.ru_utime);
  double system = microseconds(after.ru_stime) - microseconds(before.ru_stime);
  printf("{\"packets\":%ld,\"received\":%ld,\"user\":%.3f,\"system\":%.3f}\n", sent, received, user / sent, system / sent);
}

#endif
