/* What operators do with machines. */
#include "http/api_machine.h"

#include "http/fields.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/machine.h"

int api_machine_state(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *state = fields_text(&f, "state", 32, true);
	if (f.is_bad) {
		return 0;
	}
	const int outcome = machine_state(db, req->parts[0], state);
	if (outcome == MACHINE_UNKNOWN) {
		return response_error(
			res, 404, "unknown_machine", "there is no machine '%s'", req->parts[0]);
	}
	if (outcome == DB_REFUSED) {
		fields_refuse(&f, "state", "must be active, maintenance, draining or retired");
		return 0;
	}
	if (outcome == 0) {
		response_json(
			res, 200, json_pack("{s:s,s:s}", "name", req->parts[0], "state", state));
	}
	return outcome;
}

int api_machine_token(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *token = fields_text(&f, "token", 64, true);
	if (f.is_bad) {
		return 0;
	}
	const int outcome = machine_token(db, req->parts[0], token);
	if (outcome == MACHINE_UNKNOWN) {
		return response_error(
			res, 404, "unknown_machine", "there is no machine '%s'", req->parts[0]);
	}
	if (outcome == MACHINE_TOKEN) {
		fields_refuse(
			&f, "token", "must be the name of a runner's token that is not revoked");
		return 0;
	}
	if (outcome == 0) {
		response_json(
			res, 200, json_pack("{s:s,s:s}", "name", req->parts[0], "token", token));
	}
	return outcome;
}
