/* Whose machines and attempts are. */
#include "http/owner.h"

#include <inttypes.h>
#include <stdlib.h>

#include "shared/cleanup.h"
#include "shared/log.h"
#include "store/attempt.h"
#include "store/db.h"

int owner_machine(
	const struct request *req, struct response *res, const char *machine, int64_t token_id)
{
	if (req->caller.kind == TOKEN_ADMIN || req->caller.id == token_id) {
		return 0;
	}
	response_error(res, 403, "other_machine",
		"machine '%s' belongs to another token; an admin hands it over with POST "
		"/api/v1/machines/%s/token",
		machine, machine);
	return OWNER_OTHER;
}

int owner_attempt(
	const struct request *req, struct db *db, struct response *res, int64_t attempt_id)
{
	struct attempt_owner owner = {0};
	const int outcome = attempt_owner(db, attempt_id, &owner);
	_free_ char *machine = owner.machine;
	log_about(owner.job_id, attempt_id);
	if (outcome == ATTEMPT_NONE && req->caller.kind != TOKEN_ADMIN) {
		response_error(res, 404, "not_found", "there is no attempt %" PRId64, attempt_id);
		return OWNER_OTHER;
	}
	return outcome < 0 ? outcome : owner_machine(req, res, machine, owner.token_id);
}
