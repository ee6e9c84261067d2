/* Publishers and viewers for a relay in another program, which listens on PORT of loopback: `relay.mjs`.
 *
 * traffic PORT PUBLISHERS RATE SIZE SECONDS  ->  a line with the viewers' ports; once something comes on its standard
 * input it sends, then writes one line of JSON: how many packets it has sent and the viewers have received */
#include "publish.h"

int main(int count, char **args) {
  if (count != 6) {
    fprintf(stderr, "usage: traffic PORT PUBLISHERS RATE SIZE SECONDS\n");
    return 2;
  }
  long port = argument(args[1], 1, 65535), publishers = argument(args[2], 1, PUBLISHERS);
  long rate = argument(args[3], 30, 5000), size = argument(args[4], 200, 1400), seconds = argument(args[5], 1, 120);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  struct timespec rest = {0, 300000000};
  int stop[2], report[2];
  char go;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  pid_t child = start_drain(publishers, stop, report);
  for (long i = 0; i < publishers; i++) printf("%d ", ntohs(addresses[i].sin_port));
  printf("\n");
  fflush(stdout);
  if (read(0, &go, 1) != 1) return 1;
  waitpid(start_publishers(publishers, rate, (int)size, seconds, &address, stop[1]), NULL, 0);
  // What is on its way yet.
  nanosleep(&rest, NULL);
  long received = end_drain(child, stop, report);
  printf("{\"packets\":%ld,\"received\":%ld}\n", publishers * frame_start(seconds * FRAMES_PER_SECOND, rate), received);
  return 0;
}
