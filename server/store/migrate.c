/* Migrations: numbered files, each in one transaction. */
#include "store/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "shared/log.h"
#include "store/db.h"
#include "store/row.h"

#define MIGRATIONS "db/migrations/"

static int statement(struct db *db, const char *name, struct rows **out,
	const struct db_value *values, size_t count)
{
	_free_ char *path = alloc_format("db/queries/%s.sql", name);
	const struct asset *asset = asset_find(path);
	return asset == NULL ? log_fault("%s is not embedded", path)
			     : db_query_text(db, asset->data, out, values, count);
}

static int migrate_known(struct db *db, struct rows **out)
{
	const int outcome = statement(db, "migrate_prepare", NULL, NULL, 0);
	return outcome != 0 ? outcome : statement(db, "migrate_list", out, NULL, 0);
}

/* Hash of the file as it was applied; NULL: it was not. */
static const char *known_hash(const struct rows *known, const char *name)
{
	for (size_t i = 0; i < rows_count(known); i++) {
		if (strcmp(row_text(known, i, "name"), name) == 0) {
			return row_text(known, i, "sha256");
		}
	}
	return NULL;
}

static int migrate_apply(
	struct db *db, const struct asset *asset, const char *name, const char *hash)
{
	_tx_ struct db *tx = NULL;
	int outcome = db_begin(db, &tx);
	if (outcome == 0) {
		outcome = db_run_text(tx, asset->data);
	}
	if (outcome == DB_REFUSED) {
		return log_fault("%s: %s", asset->path, db_refusal(tx));
	}
	if (outcome == 0) {
		const struct db_value values[] = {db_text(name), db_text(hash)};
		outcome = statement(tx, "migrate_note", NULL, values, 2);
	}
	if (outcome == 0) {
		outcome = db_commit(&tx);
	}
	if (outcome == 0) {
		log_info("migrated: %s", name);
	}
	return outcome;
}

/* Applies what is missing, in order; *count files are ours. */
static int migrate_all(struct db *db, const struct rows *known, bool is_check, size_t *count)
{
	for (const struct asset *a = faultline_assets; a->path != NULL; a++) {
		if (strncmp(a->path, MIGRATIONS, strlen(MIGRATIONS)) != 0) {
			continue;
		}
		const char *name = a->path + strlen(MIGRATIONS);
		char hash[FILE_SHA256_HEX];
		file_sha256_bytes(a->data, a->size, hash);
		const char *applied = known_hash(known, name);
		*count += applied != NULL;
		if (applied != NULL && strcmp(applied, hash) != 0) {
			return log_fault(
				"%s was edited after it had been applied to this database", name);
		}
		if (applied == NULL && is_check) {
			log_warning("%s is not applied to this database", name);
			return MIGRATE_BEHIND;
		}
		const int outcome = applied == NULL ? migrate_apply(db, a, name, hash) : 0;
		if (outcome != 0) {
			return outcome;
		}
	}
	return 0;
}

static int migrate_locked(struct db *db, bool is_check)
{
	_rows_ struct rows *known = NULL;
	int outcome = migrate_known(db, &known);
	if (outcome != 0) {
		return outcome;
	}
	size_t count = 0;
	outcome = migrate_all(db, known, is_check, &count);
	if (outcome == 0 && count < rows_count(known)) {
		return log_fault("the database is ahead of this program: it knows %zu migrations, "
				 "this program %zu of them",
			rows_count(known), count);
	}
	return outcome;
}

int migrate_run(struct db *db, bool is_check)
{
	int outcome = statement(db, "migrate_lock", NULL, NULL, 0);
	if (outcome != 0) {
		return outcome;
	}
	outcome = migrate_locked(db, is_check);
	const int fault = statement(db, "migrate_unlock", NULL, NULL, 0);
	return outcome != 0 ? outcome : fault;
}
