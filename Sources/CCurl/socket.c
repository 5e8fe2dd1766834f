// SPDX-License-Identifier: Apache-2.0
//
// Sockets are made here and not in libcurl, which goes on unbound when it may not bind to a device.

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transfer.h"

static int bind_address(ccurl *t, int fd, int family) {
  struct sockaddr_in v4 = {.sin_family = AF_INET};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
  if (family == AF_INET && t->local_count == 4) {
    memcpy(&v4.sin_addr, t->local, 4);
    return bind(fd, (struct sockaddr *)&v4, sizeof v4);
  }
  if (family == AF_INET6 && t->local_count == 16) {
    memcpy(&v6.sin6_addr, t->local, 16);
    return bind(fd, (struct sockaddr *)&v6, sizeof v6);
  }
  // The other family leaves by the device alone.
  if (t->device[0])
    return 0;
  // libcurl goes on to the next address, which may be of the right family.
  errno = EAFNOSUPPORT;
  return -1;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *peer) {
  ccurl *t = context;
  (void)purpose;
  int fd = socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
  if (fd < 0)
    return CURL_SOCKET_BAD;
  size_t length = strlen(t->device);
  if ((!length || !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, t->device, (socklen_t)length)) &&
      (!t->local_count || !bind_address(t, fd, peer->family))) {
    t->opened = true;
    return fd;
  }
  t->bind_error = errno;
  close(fd);
  return CURL_SOCKET_BAD;
}

void ccurl_prepare_socket(ccurl *t) {
  curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

bool ccurl_set_binding(ccurl *t, ccurl_option what, const uint8_t *bytes, size_t count) {
  if (what == CCURL_LOCAL_ADDRESS) {
    if (count != 4 && count != 16)
      return false;
    memcpy(t->local, bytes, count);
    t->local_count = count;
    return true;
  }
  if (count == 0 || count >= sizeof t->device || memchr(bytes, 0, count))
    return false;
  memcpy(t->device, bytes, count);
  t->device[count] = 0;
  return true;
}

ccurl_outcome ccurl_connect_outcome(const ccurl *t) {
  long error = 0;
  // A socket that cannot be bound makes libcurl try the next address, so this is asked at the end.
  if (!t->opened) {
    switch (t->bind_error) {
      case 0: break;
      case ENODEV: return CCURL_NO_SUCH_DEVICE;
      case EADDRNOTAVAIL: return CCURL_NO_SUCH_ADDRESS;
      case EPERM:
      case EACCES: return CCURL_BINDING_DENIED;
      default: return CCURL_NOT_BOUND;
    }
  }
  curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &error);
  switch (error) {
    case ECONNREFUSED: return CCURL_CONNECTION_REFUSED;
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT: return CCURL_UNREACHABLE;
    case ETIMEDOUT: return CCURL_CONNECTION_TIMED_OUT;
    default: return CCURL_NOT_CONNECTED;
  }
}
