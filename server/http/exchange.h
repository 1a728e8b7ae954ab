/* One request on its way: made by listen.c, answered by a worker, perhaps parked in the hub in
 * between. Exactly one of them holds it at a time. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

struct exchange {
	struct request request;
	struct response response;
	struct exchange *next; /* of the queue or list that holds it */
	bool is_asking;        /* only who it is: the body comes after the answer */
};

/* Has the client closed its end while it waits? Only asked while the exchange is held: then its
 * connection is suspended, and nobody else would notice. */
bool exchange_is_gone(const struct exchange *x);

/* The answer is there: the HTTP library goes on with it. The caller holds it no longer. */
void exchange_answer(struct exchange *x);
