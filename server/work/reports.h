/* The reports that a reader has found, against what is stored of its console or build log: what
 * differs, and how that is kept. Reading on and reading again share it, so that both give the same
 * bugs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/bug.h"

struct buildlog;
struct buildlog_finding;
struct console_reader;
struct console_report;
struct db;
struct reading;

/* One report that reads otherwise than what is stored. `now` is what it reads as, without its JSON
 * text. */
struct report_change {
	const struct occurrence_kept *before; /* NULL: it is new */
	const struct console_report *report;  /* of a console … */
	const struct buildlog_finding *found; /* … or of a build log; neither: there is none now */
	struct occurrence now;
	char *title; /* what `now` borrows */
	const char **alts;
	int64_t bug_id; /* set by reports_keep */
};

bool report_is_there(const struct report_change *change);

/* In the order of their beginnings, those that vanish last. Borrows from the reader. */
struct report_changes {
	struct occurrence_kept *kept;
	size_t n_kept;
	int64_t *starts; /* of all reports */
	size_t n_starts;
	struct report_change *list;
	size_t n;
};
void report_changes_fini(struct report_changes *changes);
#define _changes_ __attribute__((cleanup(report_changes_fini)))

/* Compares what is stored with the first `ready` of the reader's reports; those behind are left as
 * they are. What something outside of the kernel caused is none of its bugs, so it counts as no
 * report. 0 or a fault. */
int reports_compare(struct db *tx, const struct reading *reading, struct console_reader *reader,
	size_t ready, struct report_changes *out);

/* The same of a build log that was read to its end. */
int reports_compare_build(struct db *tx, const struct reading *reading, const struct buildlog *log,
	struct report_changes *out);

/* Stores them and counts their cell anew (store/tally.h), in the caller's transaction: sets each
 * bug_id. 0, DB_REFUSED or a fault. */
int reports_keep(struct db *tx, const struct reading *reading, struct report_changes *changes);
