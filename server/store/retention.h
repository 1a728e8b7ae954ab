/* What is removed when it is old or there is no room: consoles with build logs, samples, files.
 * Reports, results and values stay, and all that attempts with a report have. Small steps, each in
 * a transaction of its own; who comes while another is at a kind finds nothing to do. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct db;

/* For how long, and how much, 0: no limit. Bytes of streams are as they came. */
struct retention_limits {
	int64_t consoles_days;
	int64_t samples_days;
	int64_t streams_bytes;
	int64_t files_bytes;
};

enum retention_kind { RETENTION_CONSOLES, RETENTION_FILES, RETENTION_SAMPLES };
enum { RETENTION_KINDS = 3 };
const char *retention_name(enum retention_kind kind);

struct retention_count {
	int64_t removed; /* attempts that had something, or files */
	int64_t bytes;
	int64_t evidence; /* attempts that were left alone for their reports; only of a preview */
};

/* Where a pass stands; zero it at the beginning, retention_fini at the end. */
struct retention_pass {
	struct retention_limits limits;
	struct retention_count done[RETENTION_KINDS];
	char *file_used_at; /* of the last file that was looked at … */
	char *file_sha256;  /* … NULL: none was */
};
void retention_fini(struct retention_pass *pass);

/* One step: what is too old first, then the oldest of what is too much. 0; RETENTION_NONE: nothing
 * is left to do; or a fault. */
enum { RETENTION_NONE = 2 };
int retention_step(struct db *db, struct retention_pass *pass);

/* What would go: *count by kind, and how many bytes lie above the limits of room when all that is
 * too old is gone; of files what may go of that. 0 or a fault. */
struct retention_preview {
	struct retention_count old[RETENTION_KINDS]; /* of files: too much, and free to go */
	int64_t streams_excess_bytes;
	int64_t files_excess_bytes;
};
int retention_preview(
	struct db *db, const struct retention_limits *limits, struct retention_preview *out);

/* All that has been removed so far. 0 or a fault. */
int retention_list(struct db *db, struct retention_count out[RETENTION_KINDS]);
