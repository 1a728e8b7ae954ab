/* Looks for words in a whole console, however long it is. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct db;

/* Lines that hold `words`, in any case, as they stand there: at most some hundreds, out of the
 * console's first 64 MiB. *found is the caller's: [{"number", "text", "href"}]; *is_cut: there may
 * be more. 0 or a fault. */
int console_search(
	struct db *db, int64_t attempt_id, const char *words, json_t **found, bool *is_cut);
