/* A machine is enrolled: its runner has made a token up, keeps it, and offers it with a one-time
 * one. So an answer that is lost costs nothing: the same is sent again. */
#include "http/api_enrol.h"

#include "http/fields.h"
#include "shared/cleanup.h"
#include "store/db.h"
#include "store/token.h"

enum { NAME_MAX_BYTES = 64 };

static int enrol_answer(struct response *res, int outcome, const char *machine, const char *made)
{
	switch (outcome) {
	case 0:
		response_json(res, 200, json_pack("{s:s}", "machine", machine));
		return 0;
	case TOKEN_USED:
		return response_error(res, 409, "token_used",
			"this token is used up: it has enrolled '%s'; make another with "
			"faultline-server token add --kind enrol",
			made != NULL ? made : "a machine");
	case TOKEN_ENDED:
		return response_error(res, 409, "token_ended",
			"this token's time is over; make another with faultline-server token add "
			"--kind enrol");
	case TOKEN_EXISTS:
		return response_error(res, 409, "name_taken",
			"there is a machine or a token '%s' already: take another --name, or give "
			"its runner what faultline-server token renew says",
			machine);
	case DB_REFUSED:
		return response_error(res, 400, "bad_field",
			"field 'machine' must be 1 to 64 of A-Z a-z 0-9 . _ -");
	default:
		return outcome;
	}
}

int api_enrol(struct request *req, struct db *db, struct response *res)
{
	_json_ json_t *root = NULL;
	struct fields f;
	if (fields_parse(req, res, &root, &f) != 0) {
		return 0;
	}
	const char *machine = fields_text(&f, "machine", NAME_MAX_BYTES, true);
	const char *text = fields_text(&f, "token", TOKEN_TEXT_SIZE, true);
	if (!f.is_bad && !token_text_is(token_kind_name(TOKEN_RUNNER), text)) {
		fields_refuse(&f, "token", "must be a runner's: fl_runner_ and 43 digits");
	}
	if (f.is_bad) {
		return 0;
	}
	_free_ char *made = NULL;
	const int outcome = token_enrol(db, req->caller.id, machine, text, &made);
	return enrol_answer(res, outcome, machine, made);
}
