/* Machines: where runners live. */
#include "store/machine.h"

#include <stdbool.h>
#include <stdlib.h>

#include "shared/alloc.h"
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
		m->token_id == 0 ? db_null() : db_int(m->token_id),
		m->page_size <= 0 ? db_null() : db_int(m->page_size), db_text(m->firmware),
		db_text(m->linker_version), m->disk_bytes <= 0 ? db_null() : db_int(m->disk_bytes),
		array_value(m->toolchains), db_text(m->workloads), db_int(m->protocol),
		db_text(m->refused), db_text(m->accel), db_text(m->limits),
		m->is_sandboxed < 0 ? db_null() : db_bool(m->is_sandboxed != 0),
		m->build_memory_mb <= 0 ? db_null() : db_int(m->build_memory_mb),
		m->build_processes <= 0 ? db_null() : db_int(m->build_processes));
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
	free(seen->tags_spaced);
	free(seen->job);
	*seen = (struct machine_seen){0};
}

int machine_see(struct db *db, const struct machine_asks *asks, struct machine_seen *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_see", &rows, db_text(asks->name),
		db_text(asks->claim_id), db_int(asks->token_id));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return MACHINE_UNKNOWN;
	}
	*out = (struct machine_seen){
		.id = row_int(rows, 0, "id"),
		.token_id = row_int(rows, 0, "token_id"),
		.is_active = row_bool(rows, 0, "is_taking"),
		.archs = row_text_copy(rows, 0, "archs"),
		.tags_spaced = row_text_copy(rows, 0, "tags_spaced"),
		.job = row_text_copy(rows, 0, "job"),
		.is_new = row_bool(rows, 0, "is_new"),
		.job_id = row_int(rows, 0, "job_id"),
	};
	return 0;
}

static int machine_tell(struct db *db, const char *query, const struct machine_order *order)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, query, &rows, db_text(order->name), db_text(order->value),
		db_int(order->token_id), db_text(order->note));
	if (outcome != 0) {
		return outcome;
	}
	return rows_count(rows) == 0 ? MACHINE_UNKNOWN : 0;
}

int machine_state(struct db *db, const struct machine_order *order)
{
	return machine_tell(db, "machine_state", order);
}

int machine_health(struct db *db, const struct machine_order *order)
{
	return machine_tell(db, "machine_health", order);
}

int machine_slots(struct db *db, const struct machine_order *order)
{
	return machine_tell(db, "machine_slots", order);
}

int machine_owner(struct db *db, const struct machine_order *order)
{
	return machine_tell(db, "machine_owner", order);
}

int machine_golden_put(struct db *db, const struct machine_order *order)
{
	return machine_tell(db, "machine_golden_put", order);
}

void machine_golden_fini(struct machine_golden *golden)
{
	free(golden->machine);
	free(golden->kernel);
	*golden = (struct machine_golden){0};
}

int machine_golden(struct db *db, int64_t hours, int64_t attempts, struct machine_golden *out)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = DB_QUERY(db, "machine_golden", &rows, db_int(hours), db_int(attempts));
	if (outcome != 0) {
		return outcome;
	}
	if (rows_count(rows) == 0) {
		return MACHINE_UNKNOWN;
	}
	out->machine = row_text_copy(rows, 0, "machine");
	out->kernel = row_text_copy(rows, 0, "kernel");
	out->run_id = row_int(rows, 0, "run_id");
	return 0;
}

int machine_watch(struct db *db, int64_t *lost)
{
	_rows_ struct rows *rows = NULL;
	const int outcome = db_query(db, "machine_watch", &rows, NULL, 0);
	if (outcome == 0) {
		*lost = row_int(rows, 0, "lost");
	}
	return outcome;
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

int machine_workloads(struct db *db, const char *workload, const char *arch,
	struct machine_workload **list, size_t *n)
{
	_rows_ struct rows *rows = NULL;
	const int outcome =
		DB_QUERY(db, "machine_workloads", &rows, db_text(workload), db_text(arch));
	*list = NULL;
	*n = 0;
	if (outcome != 0) {
		return outcome;
	}
	*list = alloc_zero(rows_count(rows) + 1, sizeof(**list));
	for (size_t i = 0; i < rows_count(rows); i++) {
		(*list)[(*n)++] = (struct machine_workload){
			row_text_copy(rows, i, "machine"), row_text_copy(rows, i, "arguments")};
	}
	return 0;
}

void machine_workloads_free(struct machine_workload *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(list[i].machine);
		free(list[i].arguments);
	}
	free(list);
}
