// SPDX-License-Identifier: Apache-2.0
//
// libcurl is always given addresses. This makes sure that it never resolves a name: the functions
// it would call answer that there is none, and the C library's resolver is not linked. Nor does it
// look at the addresses of this machine, which it would need for FTP only.
// With glibc, which is for tests, they cannot be replaced.

#include <features.h>

#ifndef __GLIBC__
#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <stddef.h>

int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result) {
  (void)host;
  (void)service;
  (void)hints;
  *result = NULL;
  return EAI_FAIL;
}

void freeaddrinfo(struct addrinfo *list) { (void)list; }

int getifaddrs(struct ifaddrs **list) {
  *list = NULL;
  errno = ENOSYS;
  return -1;
}

void freeifaddrs(struct ifaddrs *list) { (void)list; }
#endif
