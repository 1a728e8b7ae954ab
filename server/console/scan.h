/* The fast part: where in megabytes of quiet console the next line may be that matters. */
#pragma once

#include "console/format.h"

#include <stddef.h>
#include <stdint.h>

/* The tables of the search; set up once for each reader, then only read. */
struct scan {
	uint8_t shift[4096]; /* how far the window may move on, by the hash of its last two bytes */
	uint64_t starts[64]; /* hashes of what literals begin with, as a set */
};

void scan_init(struct scan *scan);

/* The first place at or behind `at` where one of the literals stands, or NULL. Lines must be whole.
 */
const char *scan_next(const struct scan *scan, const char *at, const char *end);

/* What a line holds. */
struct scan_hits {
	uint64_t markers; /* bits of their places in the table */
	bool is_boot;     /* "Linux version " */
	bool suppresses;  /* something outside the kernel's fault ended the run */
};

struct scan_hits scan_line(const struct scan *scan, struct text line);

/* The marker that makes this line a report's first, or NULL. */
const struct marker *scan_marker(const struct scan_hits *hits, struct text line);
