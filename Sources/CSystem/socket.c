// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "csystem.h"
#include "retry.h"

enum { POLL_MAX = 64 };

void csys_pages_give_back(void);  // pages.c

csys_result csys_poll(const int32_t *fds, const uint8_t *events, uint8_t *results, size_t count,
                  int64_t timeout_ms, int32_t is_idle) {
  struct pollfd set[POLL_MAX];
  if (count > POLL_MAX) return csys_failure(EINVAL);
  for (size_t i = 0; i < count; i++) {
    short wanted = (short)((events[i] & 1 ? POLLIN : 0) | (events[i] & 2 ? POLLOUT : 0));
    set[i] = (struct pollfd){fds[i], wanted, 0};
  }
  int timeout = timeout_ms < 0 ? -1 : timeout_ms > INT32_MAX ? INT32_MAX : (int)timeout_ms;
  if (is_idle) csys_pages_give_back();
  int ready = poll(set, (nfds_t)count, timeout);
  // An interrupted wait is a wait that ended: the caller looks at its clock and comes again.
  if (ready < 0) ready = errno == EINTR ? 0 : -errno;
  for (size_t i = 0; i < count; i++) {
    int end = set[i].revents & (POLLERR | POLLHUP | POLLNVAL);
    results[i] = (uint8_t)((set[i].revents & POLLIN || end ? events[i] & 1 : 0) |
                           (set[i].revents & POLLOUT || end ? events[i] & 2 : 0));
    if (ready <= 0) results[i] = 0;
  }
  return csys_give(ready);
}

csys_result csys_pipe(int32_t *read_end, int32_t *write_end) {
  int ends[2];
  int result = RETRY(pipe2(ends, O_CLOEXEC));
  if (result == 0) {
    *read_end = ends[0];
    *write_end = ends[1];
  }
  return csys_give(result);
}

static socklen_t fill(struct sockaddr_storage *where, const uint8_t *address, size_t count,
                      uint16_t port, const char *scope) {
  memset(where, 0, sizeof *where);
  if (count == 4) {
    struct sockaddr_in *v4 = (struct sockaddr_in *)where;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    memcpy(&v4->sin_addr, address, 4);
    return sizeof *v4;
  }
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)where;
  v6->sin6_family = AF_INET6;
  v6->sin6_port = htons(port);
  memcpy(&v6->sin6_addr, address, 16);
  if (scope) v6->sin6_scope_id = if_nametoindex(scope);
  return sizeof *v6;
}

csys_result csys_socket_connect(const uint8_t *address, size_t address_count, uint16_t port,
                            const char *scope, int32_t is_stream, const char *device,
                            const uint8_t *local, size_t local_count) {
  struct sockaddr_storage peer, own;
  // A device alone binds the other family.
  if (local && device && local_count != address_count) local = NULL;
  if ((address_count != 4 && address_count != 16) || (local && local_count != address_count))
    return csys_failure(EAFNOSUPPORT);
  int type = (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  int fd = RETRY(socket(address_count == 4 ? AF_INET : AF_INET6, type, 0));
  if (fd < 0) return csys_give(fd);
  int result = 0, one = 1;
  if (is_stream) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (device)
    result = RETRY(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device) + 1));
  if (result >= 0 && local)
    result = RETRY(bind(fd, (struct sockaddr *)&own, fill(&own, local, local_count, 0, scope)));
  if (result >= 0)
    result = RETRY(connect(fd, (struct sockaddr *)&peer, fill(&peer, address, address_count, port, scope)));
  if (result >= 0 || result == -EINPROGRESS) return csys_give(fd);
  close(fd);
  return csys_give(result);
}

csys_result csys_socket_error(int32_t fd) {
  int error = 0;
  socklen_t size = sizeof error;
  int result = RETRY(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
  return csys_give(result < 0 ? result : -error);
}

csys_result csys_send(int32_t fd, const void *bytes, size_t count) {
  return csys_give(RETRY(send(fd, bytes, count, MSG_NOSIGNAL)));
}

csys_result csys_receive(int32_t fd, void *buffer, size_t count) {
  return csys_give(RETRY(recv(fd, buffer, count, 0)));
}

// The port, and the address through the pointer.
static uint16_t read_address(const struct sockaddr_storage *where, uint8_t *address, size_t *count) {
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)where;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)where;
  bool is_v4 = where->ss_family == AF_INET;
  *count = is_v4 ? 4 : 16;
  memcpy(address, is_v4 ? (const void *)&v4->sin_addr : &v6->sin6_addr, *count);
  return ntohs(is_v4 ? v4->sin_port : v6->sin6_port);
}

csys_result csys_socket_local(int32_t fd, uint8_t *address, size_t *count) {
  struct sockaddr_storage own;
  socklen_t size = sizeof own;
  int result = RETRY(getsockname(fd, (struct sockaddr *)&own, &size));
  return csys_give(result < 0 ? result : read_address(&own, address, count));
}

csys_result csys_socket_open(int32_t fd) {
  struct sockaddr_storage own, nobody = {.ss_family = AF_UNSPEC};
  socklen_t size = sizeof own;
  int result = RETRY(getsockname(fd, (struct sockaddr *)&own, &size));
  if (result >= 0) result = RETRY(connect(fd, (struct sockaddr *)&nobody, sizeof nobody));
  // What goes to many leaves by the device of this address.
  if (result >= 0) result = RETRY(bind(fd, (struct sockaddr *)&own, size));
  return csys_give(result);
}

csys_result csys_send_to(int32_t fd, const void *bytes, size_t count, const uint8_t *address,
                         size_t address_count, uint16_t port) {
  struct sockaddr_storage peer;
  socklen_t size = fill(&peer, address, address_count, port, NULL);
  return csys_give(RETRY(sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&peer, size)));
}

csys_result csys_receive_from(int32_t fd, void *buffer, size_t count, uint8_t *sender,
                              size_t *sender_count) {
  struct sockaddr_storage peer = {0};
  socklen_t size = sizeof peer;
  ssize_t result = RETRY(recvfrom(fd, buffer, count, 0, (struct sockaddr *)&peer, &size));
  read_address(&peer, sender, sender_count);
  return csys_give(result);
}

csys_result csys_unix_connect(const char *path, int32_t is_stream) {
  struct sockaddr_un where = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof where.sun_path) return csys_failure(ENAMETOOLONG);
  memcpy(where.sun_path, path, length + 1);
  int type = (is_stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  int fd = RETRY(socket(AF_UNIX, type, 0));
  if (fd < 0) return csys_give(fd);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
  int result = RETRY(connect(fd, (struct sockaddr *)&where, size));
  if (result >= 0) return csys_give(fd);
  close(fd);
  return csys_give(result);
}

// <linux/netlink.h> is no part of musl; this is the kernel's struct sockaddr_nl.
struct netlink_address {
  uint16_t family, padding;
  uint32_t port, groups;
};
enum { ROUTE_PROTOCOL = 0 };  // NETLINK_ROUTE

csys_result csys_netlink_open(uint32_t groups) {
  int fd = RETRY(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, ROUTE_PROTOCOL));
  if (fd < 0) return csys_give(fd);
  struct netlink_address own = {.family = AF_NETLINK, .groups = groups};
  int result = RETRY(bind(fd, (struct sockaddr *)&own, sizeof own));
  if (result >= 0) return csys_give(fd);
  close(fd);
  return csys_give(result);
}

csys_result csys_interface_index(const char *name) {
  unsigned index = if_nametoindex(name);
  return index ? csys_give(index) : csys_failure(errno);
}

csys_result csys_interface_flags(const char *name, uint32_t *flags) {
  struct ifreq request = {0};
  size_t length = strlen(name);
  if (length >= sizeof request.ifr_name) return csys_failure(ENODEV);
  memcpy(request.ifr_name, name, length);
  int fd = RETRY(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd < 0) return csys_give(fd);
  int result = RETRY(ioctl(fd, SIOCGIFFLAGS, &request));
  if (result >= 0) {
    *flags = (uint16_t)request.ifr_flags;
    result = RETRY(ioctl(fd, SIOCGIFINDEX, &request));
  }
  close(fd);
  return csys_give(result < 0 ? result : request.ifr_ifindex);
}
