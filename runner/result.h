/* What the server is told of an attempt that is over. */
#pragma once

#include <jansson.h>

#include "runner/attempt.h"

/* The result without the streams' sizes, which the courier adds; the caller's. */
json_t *result_json(const struct attempt *attempt);

/* One shell line that fetches the artifacts and boots the same; the caller's, NULL when nothing was
 * booted. */
char *result_reproduce(const struct attempt *attempt);

/* Text from anywhere as valid UTF-8: what is none becomes '?'. Changes it in place. */
void result_clean(char *text);
