/**
 * Constants and struct layouts of 64-bit little-endian Linux, equal on x64 and arm64 and with glibc and musl
 * (`include/uapi/asm-generic/socket.h`, `include/linux/socket.h`, `include/uapi/linux/udp.h` of the kernel).
 */

export const PROT_NONE = 0;
export const PROT_READ_WRITE = 3;
/** MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE */
export const MAP_ARENA = 0x02 | 0x20 | 0x4000;
export const MAP_FAILED = -1;
export const MADV_DONTNEED = 4;
export const MADV_HUGEPAGE = 14;
export const PAGE = 4096;
/** A guard is as long as the largest page size in use on arm64 (64 KiB), so that mprotect's bounds are page bounds. */
export const GUARD = 65_536;

export const AF_INET = 2;
export const AF_INET6 = 10;
/** SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC */
export const SOCK_UDP = 2 | 0o4000 | 0o2000000;
/** SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC */
export const SOCK_TCP = 1 | 0o4000 | 0o2000000;
/** SOCK_NONBLOCK | SOCK_CLOEXEC, for accept4. */
export const SOCK_ACCEPTED = 0o4000 | 0o2000000;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;
/** Since Linux 4.12: nine words of 4 bytes (`SK_MEMINFO_*` in `include/uapi/linux/sock_diag.h`). */
export const SO_MEMINFO = 55;
export const SIZEOF_MEMINFO = 36;
export const MEMINFO_DROPS = 32;
export const IPPROTO_IPV6 = 41;
export const IPV6_V6ONLY = 26;
export const SOL_UDP = 17;
export const UDP_SEGMENT = 103;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;
export const TCP_USER_TIMEOUT = 18;
export const TCP_NOTSENT_LOWAT = 25;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;
export const MSG_TRUNC = 0x20;

export const POLLIN = 0x001;
export const POLLOUT = 0x004;
export const SIZEOF_POLLFD = 8;

export const EPOLL_CLOEXEC = 0o2000000;
export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const SHUT_WR = 1;
export const EPOLL_CTL_MOD = 3;
export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
/**
 * struct epoll_event: events (4 bytes), then 8 bytes of the program's own, which x64 alone packs without a gap
 * (`EPOLL_PACKED` in `include/uapi/linux/eventpoll.h`).
 */
export const SIZEOF_EPOLL_EVENT = process.arch === 'x64' ? 12 : 16;
export const EPOLL_DATA = SIZEOF_EPOLL_EVENT - 8;

export const EINTR = 4;
export const EIO = 5;
export const EAGAIN = 11;
export const EINVAL = 22;
export const ECONNABORTED = 103;
export const EPROTO = 71;
export const ENOPROTOOPT = 92;
export const EOPNOTSUPP = 95;
export const ENOBUFS = 105;

export const SIZEOF_SOCKADDR_IN = 16;
export const SIZEOF_SOCKADDR_IN6 = 28;

/** struct mmsghdr: a msghdr of 56 bytes, then the length transferred. */
export const SIZEOF_MMSGHDR = 64;
export const MSG_NAME = 0;
export const MSG_NAMELEN = 8;
export const MSG_IOV = 16;
export const MSG_IOVLEN = 24;
export const MSG_CONTROL = 32;
export const MSG_CONTROLLEN = 40;
export const MSG_FLAGS = 48;
export const MSG_LEN = 56;

export const SIZEOF_IOVEC = 16;
export const IOV_BASE = 0;
export const IOV_LEN = 8;

/** struct cmsghdr: length (8 bytes), level, type, then the data; everything rounded up to 8 bytes. */
export const CMSG_LEN = 0;
export const CMSG_LEVEL = 8;
export const CMSG_TYPE = 12;
export const CMSG_DATA = 16;
/** Room for one control message of up to 8 bytes of data. */
export const CMSG_SPACE = 24;
