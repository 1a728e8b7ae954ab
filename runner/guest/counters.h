/* /proc/vmstat as numbers. The names come from the running kernel and their order holds for one
 * boot, so the table of names is built once and a reading is one pread and one walk over the text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	COUNTERS_MAX = 512,             /* 6.1 has 160 to 180 */
	COUNTERS_TEXT_BYTES = 32 * 1024 /* 6.1 prints 4 KiB */
};

/* What a counter holds when the kernel does not have it, or did not print it in this reading. */
enum { COUNTER_UNKNOWN = -1 };

enum { COUNTER_MIGRATED, COUNTER_FAILED, COUNTERS_WATCHED };

struct counters {
	int fd;
	size_t count;
	const char *names[COUNTERS_MAX];
	int64_t values[COUNTERS_MAX];
	int64_t watched[COUNTERS_WATCHED]; /* pgmigrate_success, pgmigrate_fail */
	int watched_at[COUNTERS_WATCHED];  /* where they stand in `values`, or -1 */
	char name_text[COUNTERS_TEXT_BYTES];
	char text[COUNTERS_TEXT_BYTES];
};

struct report;

/* Opens `path`, /proc/vmstat but in tests, learns the names and takes the first reading. 0 or a
 * fault.
 */
int counters_open(struct counters *counters, const char *path, struct report *report);

/* Reads all counters into `values` and `watched`. 0 or a fault. Allocates nothing. */
int counters_read(struct counters *counters, struct report *report);
