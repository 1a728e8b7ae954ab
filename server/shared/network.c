/* Which addresses a URL that people give may lead to. */
#include "shared/network.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

enum { BYTES = 16, V4_AT = 12, V4_BITS = 96, BITS = 128, BYTE_BITS = 8 };

/* IANA's special-purpose registries: what is not globally reachable, and multicast. */
static const char not_public[] =
	"0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
	"192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, "
	"198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/3, "
	"::/96, 64:ff9b:1::/48, 100::/64, 2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20, "
	"5f00::/16, "
	"fc00::/7, fe80::/9, ff00::/8";

/* Both families as one: IPv4 as ::ffff:a.b.c.d. */
struct network {
	uint8_t address[BYTES];
	int64_t bits;
};

static void v4_put(uint8_t *out, const void *v4)
{
	memset(out, 0, BYTES);
	memset(out + V4_AT - 2, 0xff, 2);
	memcpy(out + V4_AT, v4, BYTES - V4_AT);
}

/* An IPv4 address that NAT64 would reach is that address. */
static int address_read(const struct sockaddr *address, uint8_t *out)
{
	static const uint8_t nat64[V4_AT] = {0x00, 0x64, 0xff, 0x9b};
	if (address->sa_family == AF_INET) {
		v4_put(out, &((const struct sockaddr_in *)address)->sin_addr);
		return 0;
	}
	if (address->sa_family != AF_INET6) {
		return NETWORK_BAD;
	}
	memcpy(out, &((const struct sockaddr_in6 *)address)->sin6_addr, BYTES);
	if (memcmp(out, nat64, sizeof(nat64)) == 0) {
		uint8_t v4[BYTES - V4_AT];
		memcpy(v4, out + V4_AT, sizeof(v4));
		v4_put(out, v4);
	}
	return 0;
}

/* "ADDRESS" or "ADDRESS/BITS". */
static int network_read(const char *text, struct network *out)
{
	_free_ char *copy = alloc_copy(text);
	char *slash = strchr(copy, '/');
	if (slash != NULL) {
		*slash = '\0';
	}
	struct in_addr v4;
	const bool is_v4 = inet_pton(AF_INET, copy, &v4) == 1;
	if (is_v4) {
		v4_put(out->address, &v4);
	} else if (inet_pton(AF_INET6, copy, out->address) != 1) {
		return NETWORK_BAD;
	}
	out->bits = BITS;
	const int64_t before = is_v4 ? V4_BITS : 0;
	if (slash == NULL) {
		return 0;
	}
	const int outcome = number_parse(slash + 1, 0, BITS - before, &out->bits);
	out->bits += before;
	return outcome;
}

static bool network_has(const struct network *network, const uint8_t *address)
{
	for (int64_t bit = 0; bit < network->bits; bit++) {
		const uint8_t mask = (uint8_t)(0x80 >> (bit % BYTE_BITS));
		if ((network->address[bit / BYTE_BITS] ^ address[bit / BYTE_BITS]) & mask) {
			return false;
		}
	}
	return true;
}

/* Any of the networks that holds the address; what is no network holds nothing, and is *bad. */
static bool networks_hold(const char *networks, const uint8_t *address, char **bad)
{
	_free_ char *copy = alloc_copy(networks);
	char *rest = copy;
	for (char *word = strsep(&rest, ", "); word != NULL; word = strsep(&rest, ", ")) {
		struct network network;
		if (*word == '\0') {
			continue;
		}
		if (network_read(word, &network) != 0) {
			if (bad != NULL && *bad == NULL) {
				*bad = alloc_copy(word);
			}
		} else if (address != NULL && network_has(&network, address)) {
			return true;
		}
	}
	return false;
}

bool network_is_public(const struct sockaddr *address)
{
	uint8_t bytes[BYTES];
	return address_read(address, bytes) == 0 && !networks_hold(not_public, bytes, NULL);
}

bool network_holds(const char *networks, const struct sockaddr *address)
{
	uint8_t bytes[BYTES];
	return address_read(address, bytes) == 0 && networks_hold(networks, bytes, NULL);
}

int network_check(const char *networks, char **bad)
{
	networks_hold(networks, NULL, bad);
	return *bad == NULL ? 0 : NETWORK_BAD;
}
