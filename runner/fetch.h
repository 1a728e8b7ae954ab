/* Blobs by hash, from the server or from where they lie, into the store. */
#pragma once

#include "runner/attempt.h"

/* Makes sure the store has the blob; `url` NULL: the server has it. `what` names it for people.
 * 0, ATTEMPT_ENDED or a fault. */
int fetch_blob(struct attempt *attempt, const char *what, const char *sha256, const char *url);
