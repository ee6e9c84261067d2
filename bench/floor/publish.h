/* Many publishers, each with frames evenly spread over time and a key of its own. */
#ifndef PUBLISH_H
#define PUBLISH_H
#include "common.h"

enum { SLOT = 2048, PUBLISHERS = 500 };

/* The child: all publishers, each with a socket of its own. */
static void publish(long publishers, long rate, int size, long seconds, struct sockaddr_in *server) {
  static int sockets[PUBLISHERS];
  static EVP_CIPHER_CTX *contexts[PUBLISHERS];
  static uint8_t payload[SLOT], datagram[SLOT];
  for (long i = 0; i < publishers; i++) {
    contexts[i] = new_context(i, 1);
    sockets[i] = socket(AF_INET, SOCK_DGRAM, 0);
    if (sockets[i] < 0 || connect(sockets[i], (struct sockaddr *)server, sizeof *server) < 0) die("connect");
  }
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (long turn = 0; turn < seconds * FRAMES_PER_SECOND * publishers; turn++) {
    long frame = turn / publishers, publisher = turn % publishers;
    sleep_until(start, turn, FRAMES_PER_SECOND * publishers);
    for (long number = frame_start(frame, rate); number < frame_start(frame + 1, rate); number++) {
      seal(contexts[publisher], (uint32_t)publisher, (uint32_t)number, (uint32_t)(frame * 3000), payload, size - HEADER,
           datagram);
      if (send(sockets[publisher], datagram, (size_t)(size + TAG), 0) < 0) die("send");
    }
  }
  exit(0);
}

/* Starts them. `stop` is the parent's end of the drain's pipe, which must not stay open in another process. */
static pid_t start_publishers(long publishers, long rate, int size, long seconds, struct sockaddr_in *server, int stop) {
  pid_t child = fork();
  if (child < 0) die("fork");
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(stop);
    publish(publishers, rate, size, seconds, server);
  }
  return child;
}

#endif
