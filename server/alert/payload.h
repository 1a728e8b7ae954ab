/* What a webhook gets: JSON in the envelope of Standard Webhooks. Pure. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* {"type", "timestamp", "data"} of a list of alerts that is not empty; a digest's data has them
 * all. The caller frees. */
char *payload_webhook(const json_t *alerts, bool is_digest);
