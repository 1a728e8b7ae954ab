/* Which tokens were good within the last minute: a small table by hash, the newest in each place.
 */
#include "http/door.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/number.h"

enum { DOOR_PLACES = 512, DOOR_HASH = 32 };
#define DOOR_KNOWN_NS (INT64_C(60) * 1000000000)

struct place {
	unsigned char hash[DOOR_HASH];
	struct token token;
	int64_t until_ns; /* 0: nobody */
};

struct door {
	pthread_mutex_t lock;
	struct place places[DOOR_PLACES];
};

struct door *door_new(void)
{
	struct door *door = alloc_zero(1, sizeof(*door));
	pthread_mutex_init(&door->lock, NULL);
	return door;
}

void door_free(struct door *door)
{
	if (door != NULL) {
		pthread_mutex_destroy(&door->lock);
		free(door);
	}
}

static struct place *place_of(struct door *door, const unsigned char hash[DOOR_HASH])
{
	return &door->places[(hash[0] | hash[1] << 8) % DOOR_PLACES];
}

void door_note(struct door *door, const char *text, const struct token *token)
{
	struct place place = {.token = *token, .until_ns = number_monotonic_ns() + DOOR_KNOWN_NS};
	EVP_Digest(text, strlen(text), place.hash, NULL, EVP_sha256(), NULL);
	pthread_mutex_lock(&door->lock);
	*place_of(door, place.hash) = place;
	pthread_mutex_unlock(&door->lock);
}

bool door_knows(struct door *door, const char *text, struct token *out)
{
	unsigned char hash[DOOR_HASH];
	EVP_Digest(text, strlen(text), hash, NULL, EVP_sha256(), NULL);
	pthread_mutex_lock(&door->lock);
	const struct place *place = place_of(door, hash);
	const bool is_known = place->until_ns > number_monotonic_ns() &&
			      memcmp(place->hash, hash, DOOR_HASH) == 0;
	*out = place->token;
	pthread_mutex_unlock(&door->lock);
	return is_known;
}
