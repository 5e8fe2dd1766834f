// SPDX-License-Identifier: Apache-2.0
//
// libcurl is always given addresses. That it never resolves a name is made certain here: the
// functions it would call answer that there is none, and the C library's resolver is not linked.
// With glibc, which is for tests, they cannot be replaced.

#include <features.h>

#ifndef __GLIBC__
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
#endif
