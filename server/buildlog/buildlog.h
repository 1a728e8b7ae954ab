/* The reader of build logs: what kbuild, compilers, linkers and their helpers printed in, what they
 * found out. Pure, like the console's reader. A title holds no line number and no address, so that
 * the same finding has the same title on every commit: "build warning: mm/migrate.c: unused
 * variable 'x' [-Wunused-variable]".
 *
 * make prints a warning only when it compiles the file, and an incremental build compiles little.
 * So the answer holds what was made too: only there does a warning's absence say anything. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised whenever the same bytes may give another answer. */
#define BUILDLOG_READER_VERSION 1

/* TITLE, NAME: with the zero. FINDINGS: a tree full of warnings is told by its first ones.
 * OBJECTS: of an allyesconfig, about; each has a name of at most NAME bytes. */
enum {
	BUILDLOG_TITLE = 320,
	BUILDLOG_NAME = 256,
	BUILDLOG_FINDINGS = 512,
	BUILDLOG_OBJECTS = 65536,
};

struct buildlog_finding {
	char title[BUILDLOG_TITLE];
	char file[BUILDLOG_NAME]; /* of the source, from the top of the tree; "" when none is named
				   */
	char unit[BUILDLOG_NAME]; /* what was made when it was said: "mm/migrate.o", "vmlinux",
				     ".config"; "" when that does not show */
	uint64_t start_bytes;     /* what is said of it, in the log; its first telling */
	uint64_t end_bytes;
	unsigned times; /* that it was said */
	bool is_error;
};

struct buildlog;

/* A reader for one log. Owned by the caller. */
struct buildlog *buildlog_new(void);
void buildlog_free(struct buildlog *log);

/* The next bytes, in any pieces: only the bytes count, never how they were cut. */
void buildlog_feed(struct buildlog *log, const void *bytes, size_t size);

/* The log has ended. `why`: what is said of a build that failed; NULL for one that did not.
 * Nothing may be fed after it. The questions below are asked behind it. */
void buildlog_finish(struct buildlog *log, const char *why);

/* The n-th finding in the log's order, or NULL. Errors count only where the build failed; of each
 * file, or of linking, only the first: the others follow from it, and how many there are depends on
 * how many compilers ran at once. Where nothing says why it failed, make's own words do, or else
 * the first line of `why`. Lives until the log is freed, as all below. */
const struct buildlog_finding *buildlog_finding(const struct buildlog *log, size_t n);

/* The n-th thing that was made ("mm/migrate.o"), or NULL. NULL for all when the log held more
 * findings or things than are kept, or ends within a build: then nothing can be said of what is
 * absent. */
const char *buildlog_object(const struct buildlog *log, size_t n);
