/* One connection to PostgreSQL, used by one thread. Every statement is a file in db/queries,
 * prepared when the connection opens, and run under its file name; a file that does not fit the
 * schema stops the start and is named. Only this file and row.c know libpq. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct rows;

/* A fault that may pass: connection lost, server restarting, serialisation, lock time-out. The
 * caller answers 503 or tries its whole transaction again. Every other fault is another negative
 * number. */
enum { DB_FAULT = -1, DB_FAULT_RETRY = -2 };

/* A statement hit a rule of the schema (unique, check, foreign key, bad text): not logged, the
 * caller answers. */
enum { DB_REFUSED = 1 };

/* A parameter: text form, or raw bytes for bytea. Borrowed for the call. Make them with the
 * functions below. */
struct db_value {
	const char *bytes;
	int size_bytes;
	bool is_binary;
	bool is_number;
	char number[32];
};

struct db_value db_null(void);
struct db_value db_text(const char *text); /* NULL is SQL null */
struct db_value db_bytes(const void *bytes, size_t size_bytes);
struct db_value db_int(int64_t value);
struct db_value db_real(double value); /* NaN and infinities are SQL null */
struct db_value db_bool(bool value);

/* Waits up to `wait_s` for PostgreSQL to answer (0: one try), then prepares all of db/queries. *out
 * is the caller's (db_free). `conninfo` is a libpq connection string; what it leaves out comes from
 * PG* variables. */
int db_open(const char *conninfo, int wait_s, struct db **out);
/* The same without preparing: for migrations and for LISTEN. */
int db_open_bare(const char *conninfo, int wait_s, struct db **out);
void db_free(struct db *db);

/* Reconnects and prepares again if the connection is gone. 0 or DB_FAULT_RETRY. */
int db_ready(struct db *db);

/* Runs db/queries/NAME.sql. *out (rows_free) is the answer; NULL when nobody wants it. 0,
 * DB_REFUSED or a fault. */
int db_query(struct db *db, const char *name, struct rows **out, const struct db_value *values,
	size_t count);
#define DB_QUERY(db, name, out, ...)                                                               \
	db_query(db, name, out, (const struct db_value[]){__VA_ARGS__},                            \
		sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value))

/* What PostgreSQL said of the last DB_REFUSED: message for people, and the SQLSTATE. Valid until
 * the next call. */
const char *db_refusal(const struct db *db);
const char *db_refusal_state(const struct db *db);

/* Transactions. A block left without db_commit is rolled back by the guard: `_tx_ struct db *tx =
 * NULL; if (db_begin(db, &tx) < 0) …; …; return db_commit(&tx);` */
int db_begin(struct db *db, struct db **tx);
int db_commit(struct db **tx);
void db_rollback(struct db **tx);
#define _tx_ __attribute__((cleanup(db_rollback)))

/* Statements that are text and not prepared: migrations, LISTEN, DDL. Several may stand in `sql`.
 */
int db_run_text(struct db *db, const char *sql);
/* One such statement, with parameters and an answer, as db_query. */
int db_query_text(struct db *db, const char *sql, struct rows **out, const struct db_value *values,
	size_t count);

/* Notifications of a LISTENing connection: the socket to poll, and a callback for each that has
 * arrived. 0, or DB_FAULT_RETRY when the connection is gone (then db_ready, LISTEN again, and treat
 * all as changed). */
int db_socket(const struct db *db);
int db_notifications(struct db *db,
	void (*take)(void *context, const char *channel, const char *payload), void *context);
