/* Which tokens were good within the last minute. A body is only taken from who is known here, else
 * anybody could fill the room that all bodies have; the token itself is looked up again for the
 * request, so one that was revoked meanwhile does nothing. */
#pragma once

#include <stdbool.h>

#include "store/token.h"

struct door;

/* Owned by the caller. */
struct door *door_new(void);
void door_free(struct door *door);

/* This text was found good. */
void door_note(struct door *door, const char *text, const struct token *token);
/* Was it, lately? *out is whose it is. */
bool door_knows(struct door *door, const char *text, struct token *out);
