/* Machines: where runners live. */
#include "store/machine.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/row.h"

int machine_put(struct db *db, const struct machine *m, int64_t *id)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_put", &rows, db_text(m->name), db_text(m->arch),
		db_int(m->cpus), db_int(m->memory_mb), array_value(m->tags),
		db_text(m->runner_version), db_text(m->kernel_release), db_text(m->cpu_model),
		db_text(m->qemu_version), db_text(m->compiler_version),
		m->disk_free_bytes < 0 ? db_null() : db_int(m->disk_free_bytes),
		m->token_id == 0 ? db_null() : db_int(m->token_id));
	if (outcome == 0 && rows_count(rows) == 0) {
		return MACHINE_OTHER;
	}
	if (outcome == 0) {
		*id = row_int(rows, 0, "id");
	}
	return outcome;
}

void machine_seen_fini(struct machine_seen *seen)
{
	free(seen->archs);
	free(seen->tags);
	free(seen->tags_spaced);
	*seen = (struct machine_seen){0};
}

int machine_see(struct db *db, const char *name, struct machine_seen *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_see", &rows, db_text(name));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return MACHINE_UNKNOWN;
	}
	out->id = row_int(rows, 0, "id");
	out->token_id = row_int(rows, 0, "token_id");
	out->is_active = strcmp(row_text(rows, 0, "state"), "active") == 0;
	out->archs = row_text_copy(rows, 0, "archs");
	out->tags = row_text_copy(rows, 0, "tags");
	out->tags_spaced = row_text_copy(rows, 0, "tags_spaced");
	return 0;
}

int machine_state(struct db *db, const char *name, const char *state)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_state", &rows, db_text(name), db_text(state));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0 ? MACHINE_UNKNOWN : 0;
}

int machine_token(struct db *db, const char *name, const char *token)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_token", &rows, db_text(name), db_text(token));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return MACHINE_TOKEN;
	}
	return row_int(rows, 0, "machines") == 0 ? MACHINE_UNKNOWN : 0;
}
