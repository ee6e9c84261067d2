/* What the kernel and AES-128-GCM alone cost a packet: the least that any server on this machine can come to.
 *
 * Sends one video track to many loopback sockets, paced in frames as the benchmark's publisher does: for every packet
 * and viewer it writes an RTP header, encrypts the payload with the viewer's own context, and sends. `segments` 0: one
 * sendto a packet. Otherwise so many packets a message, cut up by the kernel (UDP_SEGMENT), all messages of a step in
 * one sendmmsg. A child process empties the sockets; only the sender's CPU time counts.
 *
 * floor SEGMENTS VIEWERS RATE SIZE SECONDS  ->  one line of JSON */
#include "common.h"

enum { MOST_SEGMENTS = 64 };

static EVP_CIPHER_CTX *contexts[MOST_VIEWERS];

int main(int count, char **args) {
  if (count != 6) {
    fprintf(stderr, "usage: floor SEGMENTS VIEWERS RATE SIZE SECONDS\n");
    return 2;
  }
  long segments = argument(args[1], 0, MOST_SEGMENTS), viewers = argument(args[2], 1, MOST_VIEWERS);
  long rate = argument(args[3], 30, 5000), size = argument(args[4], 200, 1400);
  long seconds = argument(args[5], 1, 120), group = segments > 0 ? segments : 1, sent = 0;
  int datagram = (int)size + TAG, length = (int)size - HEADER, stop[2], report[2], room = 4 << 20;
  if (group * datagram > 65000) group = 65000 / datagram;
  uint8_t *out = malloc((size_t)(viewers * group * datagram)), *payloads = malloc((size_t)(group * size));
  if (!out || !payloads) die("floor");
  memset(payloads, 0x5a, (size_t)(group * size));

  pid_t child = start_drain(viewers, stop, report);
  alarm((unsigned)seconds + 10);
  int sender = socket(AF_INET, SOCK_DGRAM, 0);
  if (sender < 0) die("socket");
  setsockopt(sender, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  for (long i = 0; i < viewers; i++) {
    contexts[i] = new_context(i, 1);
    prepare_message(i, &addresses[i], out + i * group * datagram, datagram);
  }

  struct rusage before, after;
  struct timespec start;
  getrusage(RUSAGE_SELF, &before);
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long frame = 0; frame < seconds * FRAMES_PER_SECOND; frame++) {
    long first = frame_start(frame, rate), end = frame_start(frame + 1, rate);
    sleep_until(start, frame, FRAMES_PER_SECOND);
    for (long number = first; number < end; number += group) {
      long packets = end - number < group ? end - number : group;
      for (long viewer = 0; viewer < viewers; viewer++) {
        uint8_t *at = vectors[viewer].iov_base;
        for (long i = 0; i < packets; i++) {
          seal(contexts[viewer], 1000 + (uint32_t)viewer, (uint32_t)(number + i), (uint32_t)(frame * 3000),
               payloads + i * size, length, at + i * datagram);
        }
        vectors[viewer].iov_len = (size_t)(packets * datagram);
        if (segments > 0) continue;
        struct sockaddr *address = (struct sockaddr *)&addresses[viewer];
        if (sendto(sender, at, (size_t)datagram, 0, address, sizeof addresses[viewer]) == datagram) sent++;
      }
      if (segments == 0) continue;
      send_messages(sender, viewers);
      sent += viewers * packets;
    }
  }
  getrusage(RUSAGE_SELF, &after);
  tell(before, after, sent, end_drain(child, stop, report));
  return 0;
}
