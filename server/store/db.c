/* One connection to PostgreSQL: every statement prepared under its file name. */
#include "store/db.h"

#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/log.h"
#include "shared/number.h"
#include "store/row.h"

/* What every connection starts with; the caller's string comes last and so may change any of it.
 * A page or an API call needs milliseconds, so the limits are far away and yet finite. */
static const char *const db_keywords[] = {"connect_timeout", "keepalives_idle",
	"keepalives_interval", "keepalives_count", "tcp_user_timeout", "client_encoding",
	"application_name", "options", "dbname", NULL};
static const char db_options[] =
	"-c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c lock_timeout=5s "
	"-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c "
	"intervalstyle=iso_8601";

enum { DB_VALUES_MAX = 64, DB_RETRY_GAP_MS = 250 };

#define DB_QUERIES "db/queries/"

struct db {
	PGconn *connection;
	bool is_bare;
	bool is_prepared;
	char *refusal;
	char refusal_state[6];
};

struct db_value db_null(void)
{
	return (struct db_value){0};
}

struct db_value db_text(const char *text)
{
	return (struct db_value){.bytes = text};
}

struct db_value db_bytes(const void *bytes, size_t size_bytes)
{
	return (struct db_value){.bytes = bytes, .size_bytes = (int)size_bytes, .is_binary = true};
}

struct db_value db_int(int64_t value)
{
	struct db_value v = {.is_number = true};
	snprintf(v.number, sizeof(v.number), "%lld", (long long)value);
	return v;
}

struct db_value db_real(double value)
{
	if (!isfinite(value)) {
		return db_null();
	}
	struct db_value v = {.is_number = true};
	snprintf(v.number, sizeof(v.number), "%.17g", value);
	return v;
}

struct db_value db_bool(bool value)
{
	return db_text(value ? "true" : "false");
}

static void db_notice(void *context, const PGresult *result)
{
	(void)context;
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	log_debug("postgresql: %s", text == NULL ? "notice" : text);
}

/* "db/queries/job_end.sql" → "job_end" when the file is prepared; files that open with "--
 * unprepared" are not. */
static char *db_statement_name(const struct asset *asset)
{
	const size_t prefix = strlen(DB_QUERIES);
	const size_t n = strlen(asset->path);
	if (strncmp(asset->path, DB_QUERIES, prefix) != 0 || n <= prefix + 4 ||
		strncmp(asset->data, "-- unprepared", 13) == 0) {
		return NULL;
	}
	return alloc_copy_n(asset->path + prefix, n - prefix - 4);
}

static int db_prepare_all(struct db *db)
{
	for (const struct asset *a = faultline_assets; a->path != NULL; a++) {
		_free_ char *name = db_statement_name(a);
		if (name == NULL) {
			continue;
		}
		PGresult *result = PQprepare(db->connection, name, a->data, 0, NULL);
		const bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
		PQclear(result);
		if (!is_good && PQstatus(db->connection) != CONNECTION_OK) {
			return DB_FAULT_RETRY;
		}
		if (!is_good) {
			return log_fault("%s does not fit the schema: %s", a->path,
				PQerrorMessage(db->connection));
		}
	}
	db->is_prepared = true;
	return 0;
}

static int db_connect(struct db *db, const char *conninfo)
{
	const char *const values[] = {
		"5", "30", "10", "3", "20000", "UTF8", "faultline", db_options, conninfo, NULL};
	db->connection = PQconnectdbParams(db_keywords, values, 1);
	PQsetNoticeReceiver(db->connection, db_notice, NULL);
	return PQstatus(db->connection) == CONNECTION_OK ? 0 : DB_FAULT_RETRY;
}

static int db_open_once(struct db *db, const char *conninfo)
{
	const int fault = db_connect(db, conninfo);
	return fault != 0 || db->is_bare ? fault : db_prepare_all(db);
}

static int db_open_any(const char *conninfo, int wait_s, bool is_bare, struct db **out)
{
	struct db *db = alloc_zero(1, sizeof(*db));
	db->is_bare = is_bare;
	const int64_t until = number_monotonic_ns() + (int64_t)wait_s * 1000000000;
	bool is_told = false;
	int fault = db_open_once(db, conninfo);
	while (fault == DB_FAULT_RETRY && number_monotonic_ns() < until) {
		if (!is_told) {
			log_warning("PostgreSQL does not answer yet, trying for %d s: %s", wait_s,
				PQerrorMessage(db->connection));
			is_told = true;
		}
		PQfinish(db->connection);
		db->connection = NULL;
		poll(NULL, 0, DB_RETRY_GAP_MS);
		fault = db_open_once(db, conninfo);
	}
	if (fault == DB_FAULT_RETRY) {
		log_fault("cannot reach PostgreSQL: %s", PQerrorMessage(db->connection));
	}
	if (fault != 0) {
		db_free(db);
		return fault;
	}
	*out = db;
	return 0;
}

int db_open(const char *conninfo, int wait_s, struct db **out)
{
	return db_open_any(conninfo, wait_s, false, out);
}

int db_open_bare(const char *conninfo, int wait_s, struct db **out)
{
	return db_open_any(conninfo, wait_s, true, out);
}

void db_free(struct db *db)
{
	if (db != NULL) {
		PQfinish(db->connection);
		free(db->refusal);
		free(db);
	}
}

int db_ready(struct db *db)
{
	if (PQstatus(db->connection) != CONNECTION_OK) {
		db->is_prepared = false;
		PQreset(db->connection);
		if (PQstatus(db->connection) != CONNECTION_OK) {
			return DB_FAULT_RETRY;
		}
		log_info("connected to PostgreSQL again");
	}
	return db->is_bare || db->is_prepared ? 0 : db_prepare_all(db);
}

/* Classes of SQLSTATE after which the same transaction may succeed: dependencies.md 2.2. */
static bool db_state_passes(const char *state)
{
	static const char *const passing[] = {
		"08", "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "25006"};
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		if (strncmp(state, passing[i], strlen(passing[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* 22: bad data, 23: a constraint, 54: too much of something, P0001: raised by our own SQL. */
static bool db_state_refuses(const char *state)
{
	return strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0 ||
	       strncmp(state, "54", 2) == 0 || strcmp(state, "P0001") == 0;
}

static int db_judge(struct db *db, const PGresult *result, const char *name)
{
	const ExecStatusType status = PQresultStatus(result);
	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
		return 0;
	}
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (state == NULL || PQstatus(db->connection) != CONNECTION_OK || db_state_passes(state)) {
		log_warning(
			"%s: %s", name, message == NULL ? PQerrorMessage(db->connection) : message);
		return DB_FAULT_RETRY;
	}
	if (db_state_refuses(state)) {
		free(db->refusal);
		db->refusal = alloc_copy(message == NULL ? "refused" : message);
		snprintf(db->refusal_state, sizeof(db->refusal_state), "%s", state);
		return DB_REFUSED;
	}
	return log_fault("%s: %s (%s)", name, message == NULL ? "failed" : message, state);
}

/* Parameters as libpq wants them. */
struct db_parameters {
	const char *bytes[DB_VALUES_MAX];
	int sizes[DB_VALUES_MAX];
	int formats[DB_VALUES_MAX];
};

static int db_parameters_fill(
	struct db_parameters *p, const char *name, const struct db_value *values, size_t count)
{
	if (count > DB_VALUES_MAX) {
		return log_fault("%s: more than %d parameters", name, DB_VALUES_MAX);
	}
	for (size_t i = 0; i < count; i++) {
		p->bytes[i] = values[i].is_number ? values[i].number : values[i].bytes;
		p->sizes[i] = values[i].size_bytes;
		p->formats[i] = values[i].is_binary;
	}
	return 0;
}

static int db_answer(struct db *db, PGresult *result, const char *name, struct rows **out)
{
	const int outcome = db_judge(db, result, name);
	if (outcome == 0 && out != NULL) {
		*out = rows_take((struct pg_result *)result);
		return 0;
	}
	PQclear(result);
	return outcome;
}

int db_query(struct db *db, const char *name, struct rows **out, const struct db_value *values,
	size_t count)
{
	struct db_parameters p;
	const int fault = db_parameters_fill(&p, name, values, count);
	if (fault != 0) {
		return fault;
	}
	PGresult *result =
		PQexecPrepared(db->connection, name, (int)count, p.bytes, p.sizes, p.formats, 0);
	return db_answer(db, result, name, out);
}

int db_query_text(struct db *db, const char *sql, struct rows **out, const struct db_value *values,
	size_t count)
{
	struct db_parameters p;
	const int fault = db_parameters_fill(&p, "statement", values, count);
	if (fault != 0) {
		return fault;
	}
	PGresult *result =
		PQexecParams(db->connection, sql, (int)count, NULL, p.bytes, p.sizes, p.formats, 0);
	return db_answer(db, result, "statement", out);
}

const char *db_refusal(const struct db *db)
{
	return db->refusal == NULL ? "" : db->refusal;
}

const char *db_refusal_state(const struct db *db)
{
	return db->refusal_state;
}

int db_run_text(struct db *db, const char *sql)
{
	PGresult *result = PQexec(db->connection, sql);
	const int outcome = db_judge(db, result, "statement");
	PQclear(result);
	return outcome;
}

int db_begin(struct db *db, struct db **tx)
{
	const int outcome = db_run_text(db, "begin");
	*tx = outcome == 0 ? db : NULL;
	return outcome;
}

int db_commit(struct db **tx)
{
	const int outcome = db_run_text(*tx, "commit");
	*tx = NULL;
	return outcome;
}

void db_rollback(struct db **tx)
{
	if (*tx != NULL && PQstatus((*tx)->connection) == CONNECTION_OK) {
		db_run_text(*tx, "rollback");
	}
	*tx = NULL;
}

int db_socket(const struct db *db)
{
	return PQsocket(db->connection);
}

int db_notifications(struct db *db,
	void (*take)(void *context, const char *channel, const char *payload), void *context)
{
	if (PQconsumeInput(db->connection) == 0 || PQstatus(db->connection) != CONNECTION_OK) {
		return DB_FAULT_RETRY;
	}
	for (PGnotify *n = PQnotifies(db->connection); n != NULL; n = PQnotifies(db->connection)) {
		take(context, n->relname, n->extra);
		PQfreemem(n);
	}
	return 0;
}
