/* Where in the source a crash lies, as runners that hold a vmlinux answer it:
 * /api/v1/runner/symbols/…. */
#pragma once

#include "http/request.h"

struct db;
struct machine_seen;

/* An order in place of a job, for a runner that wants one. 0 with the answer made, SYMBOL_NONE,
 * DB_REFUSED or a fault. */
int api_symbol_claim(struct request *req, struct db *db, struct response *res,
	const struct machine_seen *machine, const char *claim_id);

int api_symbol_answer(struct request *req, struct db *db, struct response *res);
int api_symbol_heartbeat(struct request *req, struct db *db, struct response *res);
