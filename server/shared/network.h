/* Which addresses a URL that people give may lead to. A server stands inside of networks that
 * others cannot reach; a webhook must not become a way in. Pure. */
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

/* Is the address the world's (not private, local, link-local, shared, multicast, documentation or
 * reserved; an IPv4 address within an IPv6 one is judged as itself)? */
bool network_is_public(const struct sockaddr *address);

/* Is it in one of the networks, "10.0.0.0/8, fd00::/8, 127.0.0.1"? */
bool network_holds(const char *networks, const struct sockaddr *address);

/* 0, or NETWORK_BAD when one of them is no network; *bad (the caller frees) names it. */
enum { NETWORK_BAD = 1 };
int network_check(const char *networks, char **bad);
