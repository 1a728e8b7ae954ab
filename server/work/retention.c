/* Stage retention: what is too old or too much is removed, in small steps. Its thread is the one of
 * stages that may take their time, and others have their turn between two seconds of it. */
#include "work/stage.h"

#include <inttypes.h>

#include "config.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/retention.h"

#define TURN_NS ((int64_t)2 * 1000000000)
#define BYTES_PER_MB ((int64_t)1 << 20)

struct retention_limits retention_configured(const struct config *config)
{
	return (struct retention_limits){
		.consoles_days = config->keep_consoles_days,
		.samples_days = config->keep_samples_days,
		.streams_bytes = config->keep_streams_mb * BYTES_PER_MB,
		.files_bytes = config->keep_files_mb * BYTES_PER_MB,
	};
}

static void done_tell(const struct retention_count *done)
{
	for (int kind = 0; kind < RETENTION_KINDS; kind++) {
		if (done[kind].removed > 0) {
			log_info("retention: removed %" PRId64 " %s%s, %" PRId64 " bytes",
				done[kind].removed, kind == RETENTION_FILES ? "" : "attempts' ",
				retention_name((enum retention_kind)kind), done[kind].bytes);
		}
	}
}

int stage_retention(struct stage_place *place)
{
	struct retention_pass pass = {.limits = retention_configured(place->config)};
	const int64_t until_ns = number_monotonic_ns() + TURN_NS;
	int outcome = 0;
	while (outcome == 0 && !stage_is_stopping(place) && number_monotonic_ns() < until_ns) {
		outcome = retention_step(place->db, &pass);
	}
	done_tell(pass.done);
	retention_fini(&pass);
	return outcome == RETENTION_NONE ? STAGE_IDLE : outcome == 0 ? STAGE_DID : outcome;
}
