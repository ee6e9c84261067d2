/* What the kernel and AES-128-GCM alone cost a packet through: receiving, opening, sealing and sending it, where nothing
 * is shared between streams.
 *
 * One process sends the video of many publishers, a frame's packets one by one, frames evenly spread as the benchmark's
 * publishers do. This one reads what there is with one recvmmsg, opens and seals each packet with contexts of its stream,
 * and sends all with one sendmmsg, what is of one frame in one message that the kernel cuts up. It waits at least `pause`
 * between two readings. A third empties the viewers' sockets; only this one's CPU time counts.
 *
 * relay PAUSE PUBLISHERS RATE SIZE SECONDS  ->  one line of JSON; PAUSE in microseconds */
#include "publish.h"

enum { PATIENCE = 1 };

static EVP_CIPHER_CTX *opening[PUBLISHERS], *sealing[PUBLISHERS];
static uint8_t slots[BATCH][SLOT], out[BATCH * SLOT];
static struct mmsghdr incoming[BATCH];
static struct iovec parts[BATCH];

/* Opens a packet in place. */
static void open_packet(EVP_CIPHER_CTX *context, uint32_t number, uint8_t *packet, int length) {
  uint8_t iv[12];
  int done, plain = length - HEADER - TAG;
  write_iv(iv, packet, number);
  if (!EVP_DecryptInit_ex(context, NULL, NULL, NULL, iv) || !EVP_DecryptUpdate(context, NULL, &done, packet, HEADER) ||
      !EVP_DecryptUpdate(context, packet + HEADER, &done, packet + HEADER, plain) ||
      !EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG, packet + length - TAG) ||
      EVP_DecryptFinal_ex(context, packet + length - TAG, &done) <= 0) {
    fprintf(stderr, "relay: a packet is not authentic\n");
    exit(1);
  }
}

/* Seals what came to behind each other and sends it. */
static void pass_on(int socket, int count, int datagram) {
  long queued = 0, last = -1;
  for (int i = 0; i < count; i++) {
    uint8_t *packet = slots[i], *target = out + (size_t)i * (size_t)datagram;
    uint16_t sequence;
    uint32_t source, time;
    memcpy(&sequence, packet + 2, 2);
    memcpy(&time, packet + 4, 4);
    memcpy(&source, packet + 8, 4);
    long publisher = ntohl(source);
    if ((int)incoming[i].msg_len != datagram || publisher >= PUBLISHERS || !opening[publisher]) die("datagram");
    open_packet(opening[publisher], ntohs(sequence), packet, datagram);
    seal(sealing[publisher], 1000 + (uint32_t)publisher, ntohs(sequence), ntohl(time), packet + HEADER,
         datagram - HEADER - TAG, target);
    if (publisher == last) vectors[queued - 1].iov_len += (size_t)datagram;
    else prepare_message(queued++, &addresses[publisher], target, datagram);
    last = publisher;
  }
  send_messages(socket, queued);
}

static int open_server(struct sockaddr_in *address) {
  struct timeval patience = {PATIENCE, 0};
  int room = 4 << 20, server = socket(AF_INET, SOCK_DGRAM, 0);
  socklen_t length = sizeof *address;
  address->sin_family = AF_INET;
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (server < 0 || bind(server, (struct sockaddr *)address, length) < 0) die("bind");
  if (getsockname(server, (struct sockaddr *)address, &length) < 0) die("getsockname");
  setsockopt(server, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  setsockopt(server, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  // More than the system's limit, where one may.
  setsockopt(server, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  for (int i = 0; i < BATCH; i++) {
    parts[i] = (struct iovec){slots[i], SLOT};
    incoming[i].msg_hdr.msg_iov = &parts[i];
    incoming[i].msg_hdr.msg_iovlen = 1;
  }
  return server;
}

int main(int count, char **args) {
  if (count != 6) {
    fprintf(stderr, "usage: relay PAUSE PUBLISHERS RATE SIZE SECONDS\n");
    return 2;
  }
  long pause = argument(args[1], 0, 100000), publishers = argument(args[2], 1, PUBLISHERS);
  long rate = argument(args[3], 30, 5000), size = argument(args[4], 200, 1400), seconds = argument(args[5], 1, 120);
  long expected = publishers * frame_start(seconds * FRAMES_PER_SECOND, rate), passed = 0;
  int datagram = (int)size + TAG, stop[2], report[2];
  struct sockaddr_in address = {0};
  pid_t child = start_drain(publishers, stop, report);
  int server = open_server(&address);
  for (long i = 0; i < publishers; i++) {
    opening[i] = new_context(i, 0);
    sealing[i] = new_context(i + 1, 1);
  }
  alarm((unsigned)seconds + 10);
  pid_t source = start_publishers(publishers, rate, (int)size, seconds, &address, stop[1]);

  struct rusage before, after;
  struct timespec rest = {0, pause * 1000};
  getrusage(RUSAGE_SELF, &before);
  for (int received = 0; passed < expected;) {
    if (pause > 0 && received < BATCH) clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, NULL);
    received = recvmmsg(server, incoming, BATCH, MSG_WAITFORONE, NULL);
    if (received < 0) break;
    pass_on(server, received, datagram);
    passed += received;
  }
  getrusage(RUSAGE_SELF, &after);
  waitpid(source, NULL, 0);
  tell(before, after, passed, end_drain(child, stop, report));
  return 0;
}
