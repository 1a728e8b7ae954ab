/* Build logs, from the database into their reader. */
#include "work/buildlogs.h"

#include <inttypes.h>
#include <stdlib.h>

#include "buildlog/buildlog.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/array.h"
#include "store/build.h"
#include "store/db.h"
#include "store/reading.h"
#include "store/stream.h"

/* LOG: a kernel with every option prints 3 MiB. Of more its beginning is read, and what it does not
 * hold says nothing. */
enum { PIECE_BYTES = 1 << 20, LOG_BYTES = 32 << 20 };

void buildlogs_cleanup(struct buildlog **log)
{
	buildlog_free(*log);
}

static int feed(struct db *tx, const struct reading *reading, struct buildlog *log)
{
	int64_t at = 0;
	while (at < reading->size_bytes && at < LOG_BYTES) {
		_free_ char *bytes = NULL;
		size_t size = 0;
		const int outcome = stream_read(
			tx, reading->attempt_id, reading->name, at, PIECE_BYTES, &bytes, &size);
		if (outcome != 0) {
			return outcome;
		}
		if (size == 0) {
			return log_fault("its build log has a hole at byte %" PRId64, at);
		}
		buildlog_feed(log, bytes, size);
		at += (int64_t)size;
	}
	return 0;
}

int buildlogs_read(struct db *tx, const struct reading *reading, struct buildlog *log)
{
	_free_ char *why = NULL;
	int outcome = build_find(tx, reading->attempt_id, &why);
	if (outcome == 0) {
		outcome = feed(tx, reading, log);
	}
	if (outcome == 0) {
		buildlog_finish(log, why);
	}
	return outcome;
}

int buildlogs_made_keep(struct db *tx, const struct reading *reading, const struct buildlog *log)
{
	_array_ struct array objects;
	array_init(&objects);
	for (size_t i = 0; buildlog_object(log, i) != NULL; i++) {
		array_text(&objects, buildlog_object(log, i));
	}
	const bool is_known = reading->size_bytes <= LOG_BYTES && buildlog_object(log, 0) != NULL;
	return build_put(tx, reading->attempt_id, is_known ? &objects : NULL);
}
