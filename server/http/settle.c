/* Runs that settle a question, answered. */
#include "http/settle.h"

#include <inttypes.h>
#include <string.h>

#include "store/db.h"
#include "store/run.h"

int settle_answer(struct db *db, struct response *res, int64_t run_id)
{
	char *body = NULL;
	const int outcome = run_json(db, run_id, &body);
	if (outcome != 0) {
		return outcome < 0 ? outcome : DB_FAULT;
	}
	response_take(res, 202, "application/json", body, strlen(body));
	response_header(res, "Location", "/api/v1/runs/%" PRId64, run_id);
	return 0;
}
