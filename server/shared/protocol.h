/* The protocol between runner and server has a number, so that each can tell the other when it is
 * too old. What is only added needs no new one: what is not known is left aside, what is not said
 * has its old meaning. A runner says the newest that it speaks; both go on with the lower of the
 * two. With 1 nobody says a number; with 2 register and claim say it, and the answer to register.
 */
#pragma once

#include <stdint.h>

enum { PROTOCOL_OLDEST = 1, PROTOCOL_NEWEST = 2 };

/* What a step or an attempt may be given at most: ten days. */
enum { PROTOCOL_LIMIT_MAX_S = 864000 };

/* Why what `who` ("runner", "server") speaks is not enough, in words with what to do, the caller's;
 * NULL: it is. */
char *protocol_refuse(const char *who, int64_t spoken);
