/* Where in the source the frames of reports lie: what is wanted of which kernel, the orders for
 * runners, and their answers. Orders are no jobs: nothing that counts attempts meets them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;

/* Nothing for it; or the lease of the order is over. */
enum { SYMBOL_NONE = 2 };

/* Within a transaction: orders what is not known yet of an ended attempt's reports. Repeatable. 0,
 * DB_REFUSED or a fault. */
int symbol_want(struct db *db, int64_t attempt_id);

/* Takes an order for the machine; repeating `claim_id` answers the same. *order (the caller frees)
 * is what the runner must know, as JSON text. 0, SYMBOL_NONE, DB_REFUSED or a fault. */
int symbol_claim(struct db *db, int64_t machine_id, const char *archs, const char *claim_id,
	int64_t lease_s, char **order);

/* The runner is still at it; *gives_way: it should stop, since a job waits for its machine. 0,
 * SYMBOL_NONE, DB_REFUSED or a fault. */
int symbol_beat(
	struct db *db, int64_t kernel_id, const char *claim_id, int64_t lease_s, bool *gives_way);

struct symbol_answer {
	int64_t kernel_id;
	const char *claim_id;
	const char *symbols; /* JSON text: an array, as db/queries/symbol_answer.sql says */
	const char *vmlinux_build_id;
	int64_t vmlinux_bytes;
	double build_seconds; /* NAN: it was kept */
};
/* 0, SYMBOL_NONE, DB_REFUSED or a fault. */
int symbol_answer(struct db *db, const struct symbol_answer *answer);

/* The runner ends it without an answer. 0, SYMBOL_NONE, DB_REFUSED or a fault. */
int symbol_release(
	struct db *db, int64_t kernel_id, const char *claim_id, bool gave_way, const char *why);

/* Orders whose runner fell silent go back. 0 or a fault. */
int symbol_expire(struct db *db);

/* Within a transaction: a kernel whose answers are to be put to reports, locked. 0, SYMBOL_NONE or
 * a fault. */
int symbol_next(struct db *db, int64_t *kernel_id);

/* A report of that kernel; texts are owned, symbol_reports_free frees all. */
struct symbol_report {
	int64_t attempt_id;
	int64_t start_byte;
	char *claimed_at;
	char *title;
	char *frames; /* JSON text: an array; file, line and inlined where they are known */
};
/* Some of those not symbolised yet; *n 0: none is left. 0 or a fault. */
int symbol_reports(struct db *db, int64_t kernel_id, struct symbol_report **out, size_t *n);
void symbol_reports_free(struct symbol_report *list, size_t n);

/* Notes a report's guilty source file (NULL: none can be named); line 0 is unknown. 0, DB_REFUSED
 * or a fault. */
int symbol_source_put(
	struct db *db, const struct symbol_report *report, const char *file, int line);

/* All reports of the kernel are done. 0 or a fault. */
int symbol_done(struct db *db, int64_t kernel_id);
