/* What the guest says of itself, out of the lines it writes to `samples` while it runs. The guest
 * may be hostile or torn: a line that is no JSON, or too long, or unknown, is skipped; counters are
 * not looked at here. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum samples_status { SAMPLES_NONE, SAMPLES_DONE, SAMPLES_ERROR };
enum samples_phase {
	SAMPLES_BOOT,
	SAMPLES_MOUNT,
	SAMPLES_PREPARE,
	SAMPLES_WORKLOAD,
	SAMPLES_FINISH
};
enum { SAMPLES_LINE_MAX = 65536, SAMPLES_DETAIL_MAX = 1000 };

struct samples {
	bool is_hello; /* the guest has spoken */
	char release[128];
	int64_t page_size; /* 0: not said */
	enum samples_phase phase;
	bool is_progress;
	int64_t done, of; /* progress; of = 0: nobody knows how much there is */
	enum samples_status status;
	char ended_by[16]; /* "migrations" or "time", when the workload had both limits; else "" */
	char detail[SAMPLES_DETAIL_MAX];

	int64_t offset; /* read so far */
	char *line;     /* the piece of a line at the end */
	int line_size;
	bool is_skipping; /* within a line that is too long */
};

/* Reads what is new in the open file. 0 or a fault. */
int samples_read(struct samples *samples, int fd);

/* The same for bytes at hand. */
void samples_take(struct samples *samples, const char *bytes, int64_t n);

void samples_fini(struct samples *samples);
