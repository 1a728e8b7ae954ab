/* Where to listen, out of what the operator wrote. */
#pragma once

#include <sys/socket.h>

/* "127.0.0.1:8080", "[::1]:80": the first address it means. 0 or a fault. */
int address_find(const char *text, struct sockaddr_storage *out);
