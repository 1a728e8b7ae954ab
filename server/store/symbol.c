/* Where in the source the frames of reports lie. */
#include "store/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/row.h"

int symbol_want(struct db *db, int64_t attempt_id)
{
	return DB_QUERY(db, "symbol_want", NULL, db_int(attempt_id));
}

/* The order as the runner reads it: the job says how the kernel is built. */
static int order_write(struct db *db, const struct rows *claimed, const char *claim_id,
	int64_t lease_s, char **out)
{
	const int64_t id = row_int(claimed, 0, "id");
	_rows_ struct rows *wanted = NULL;
	const int outcome = DB_QUERY(db, "symbol_wanted", &wanted, db_int(id));
	if (outcome == 0) {
		*out = alloc_format("{\"id\":%lld,\"claim_id\":\"%s\",\"build_id\":\"%s\","
				    "\"lease_s\":%lld,\"job\":%s,\"wanted\":%s}",
			(long long)id, claim_id, row_text(claimed, 0, "build_id"),
			(long long)lease_s, row_text(claimed, 0, "job"),
			row_text(wanted, 0, "wanted"));
	}
	return outcome;
}

int symbol_claim(struct db *db, int64_t machine_id, const char *archs, const char *claim_id,
	int64_t lease_s, char **order)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "symbol_claim", &rows, db_int(machine_id), db_text(archs),
		db_text(claim_id), db_int(lease_s));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0 ? SYMBOL_NONE
				     : order_write(db, rows, claim_id, lease_s, order);
}

int symbol_beat(
	struct db *db, int64_t kernel_id, const char *claim_id, int64_t lease_s, bool *gives_way)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(
		db, "symbol_beat", &rows, db_int(kernel_id), db_text(claim_id), db_int(lease_s));
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : SYMBOL_NONE;
	}
	*gives_way = row_bool(rows, 0, "gives_way");
	return 0;
}

int symbol_answer(struct db *db, const struct symbol_answer *answer)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "symbol_answer", &rows, db_int(answer->kernel_id),
		db_text(answer->claim_id), db_text(answer->symbols),
		db_text(answer->vmlinux_build_id), db_int(answer->vmlinux_bytes),
		db_real(answer->build_seconds));
	return outcome == 0 && rows_count(rows) == 0 ? SYMBOL_NONE : outcome;
}

int symbol_release(
	struct db *db, int64_t kernel_id, const char *claim_id, bool gave_way, const char *why)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "symbol_release", &rows, db_int(kernel_id),
		db_text(claim_id), db_bool(gave_way), db_text(why));
	return outcome == 0 && rows_count(rows) == 0 ? SYMBOL_NONE : outcome;
}

int symbol_expire(struct db *db)
{
	return db_query(db, "symbol_expire", NULL, NULL, 0);
}

int symbol_next(struct db *db, int64_t *kernel_id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "symbol_next", &rows, NULL, 0);
	if (outcome != 0 || rows_count(rows) == 0) {
		return outcome != 0 ? outcome : SYMBOL_NONE;
	}
	*kernel_id = row_int(rows, 0, "kernel_id");
	return 0;
}

int symbol_reports(struct db *db, int64_t kernel_id, struct symbol_report **out, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "symbol_reports", &rows, db_int(kernel_id));
	if (outcome != 0) {
		return outcome;
	}
	*n = rows_count(rows);
	*out = alloc_zero(*n + 1, sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i] = (struct symbol_report){.attempt_id = row_int(rows, i, "attempt_id"),
			.start_byte = row_int(rows, i, "start_byte"),
			.claimed_at = row_text_copy(rows, i, "claimed_at"),
			.title = row_text_copy(rows, i, "title"),
			.frames = row_text_copy(rows, i, "frames")};
	}
	return 0;
}

void symbol_reports_free(struct symbol_report *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].claimed_at);
		free(list[i].title);
		free(list[i].frames);
	}
	free(list);
}

int symbol_source_put(struct db *db, const struct symbol_report *report, const char *file, int line)
{
	return DB_QUERY(db, "symbol_source_put", NULL, db_int(report->attempt_id),
		db_text(report->claimed_at), db_int(report->start_byte), db_text(file),
		line > 0 ? db_int(line) : db_null());
}

int symbol_done(struct db *db, int64_t kernel_id)
{
	return DB_QUERY(db, "symbol_done", NULL, db_int(kernel_id));
}
