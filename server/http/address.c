/* Where to listen, out of what the operator wrote. */
#include "http/address.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"

int address_find(const char *text, struct sockaddr_storage *out)
{
	_free_ char *copy = alloc_copy(text);
	char *colon = strrchr(copy, ':');
	if (colon == NULL) {
		return log_fault("--listen '%s' is not ADDR:PORT", text);
	}
	*colon = '\0';
	char *host = copy;
	if (host[0] == '[' && colon > host && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	}
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	struct addrinfo *found = NULL;
	const int error = getaddrinfo(host[0] == '\0' ? NULL : host, colon + 1, &hints, &found);
	if (error != 0) {
		return log_fault("--listen '%s': %s", text, gai_strerror(error));
	}
	memcpy(out, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return 0;
}
