/* Reports found in consoles and build logs, and the bugs they belong to: within a family of trees,
 * two reports whose titles meet are one bug. What people decided about bugs (bug_life.h) holds for
 * reports that come later, and for old ones that are read again. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct array;
struct db;

struct occurrence {
	int64_t start_byte;
	int64_t end_byte;
	const char *title;
	const char *const *alts;
	size_t n_alts;
	const char *type;
	const char *report; /* JSON text of all that was read */
	double uptime_s;    /* NAN: unknown */
	int reader_version;
	bool is_corrupted; /* its alternative titles are not to be trusted */
};

/* Where the bytes of an attempt's other words begin in the numbering of its reports, behind any
 * console (SQL's occurrence_stream says the same): what a console ends with that came to no
 * workload, and the build log. */
#define OCCURRENCE_BOOT (INT64_C(1) << 40)
#define OCCURRENCE_BUILD (INT64_C(1) << 41)

/* The titles under which its bug may be known, with its own or without. A corrupted report has one
 * name only. */
void occurrence_titles(const struct occurrence *occurrence, bool is_own_in, struct array *out);

/* Keeps a report, making its bug when none of its titles is known, or when it comes from a revision
 * that has the fix of the bug it would belong to. *bug_id is the bug. Within a transaction; from
 * here to its end nobody else decides about bugs of the family. 0, DB_REFUSED or a fault. */
int occurrence_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const struct occurrence *occurrence, int64_t *bug_id);

/* The bug that a report would belong to, without changing anything: occurrence_put decides in the
 * same way. *bug_id 0: one that is not there yet. *is_pinned: a person has put
 * it there. 0 or a fault. */
int bug_lookup(struct db *db, int64_t attempt_id, const struct occurrence *occurrence,
	int64_t *bug_id, bool *is_pinned);

/* Gives a bug the report's titles, so that the report will be its: what persons have decided about
 * a bug stays with its reports when a newer reader names them otherwise. Within a transaction. */
int bug_titles_add(struct db *db, int64_t bug_id, const struct occurrence *occurrence);

/* Has a person decided anything about it? 0 or a fault. */
int bug_touched(struct db *db, int64_t bug_id, bool *is_touched);

/* What is kept of the reports of an attempt's console or build log (`stream`) already. Strings are
 * owned; occurrences_free frees all. */
struct occurrence_kept {
	int64_t start_byte;
	int64_t end_byte;
	int64_t bug_id;
	char *title;
	double uptime_s; /* NAN: unknown */
	int reader_version;
	bool is_panicked; /* the kernel panicked at or after it */
};
int occurrence_list(struct db *db, int64_t attempt_id, const char *claimed_at, const char *stream,
	struct occurrence_kept **out, size_t *n);
void occurrences_free(struct occurrence_kept *list, size_t n);

/* Takes away the reports of such a stream that do not begin at one of `starts`. 0 or a fault. */
int occurrence_drop(struct db *db, int64_t attempt_id, const char *claimed_at, const char *stream,
	const int64_t *starts, size_t n);

/* How much had been tried at each report; -1 is unknown. 0 or a fault. */
int occurrence_exposure_put(struct db *db, int64_t attempt_id, const char *claimed_at,
	const int64_t *starts, const int64_t *exposures, size_t n);

/* Nobody else decides about the family's bugs until the transaction's end. 0 or a fault. */
int bug_lock(struct db *db, const char *family);

/* Takes a bug away when its last occurrence has gone and nobody has touched it. 0 or a fault. */
int bug_forget(struct db *db, int64_t bug_id);
