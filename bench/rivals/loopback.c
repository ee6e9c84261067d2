/* Loaded into Janus, which takes no media on the loopback interface: shows it that interface alone, as if it were another.
 * Nothing else differs, and nothing listens where others could reach it. It also ends with the benchmark. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>

__attribute__((constructor)) static void end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGTERM); }

int getifaddrs(struct ifaddrs **list) {
  int (*original)(struct ifaddrs **) = (int (*)(struct ifaddrs **))dlsym(RTLD_NEXT, "getifaddrs");
  int result = original(list);
  for (struct ifaddrs *one = result == 0 ? *list : NULL; one; one = one->ifa_next) {
    int wanted = one->ifa_flags & IFF_LOOPBACK && one->ifa_addr && one->ifa_addr->sa_family == AF_INET;
    one->ifa_flags = wanted ? one->ifa_flags & ~(unsigned)IFF_LOOPBACK : 0;
  }
  return result;
}
