/* Tokens on their page: whoever is signed in makes tokens that may no more than their own, and ends
 * those; an admin any. */
#include "http/api_token.h"

#include <string.h>

#include "http/form.h"
#include "shared/cleanup.h"
#include "store/db.h"

/* One that enrols is for now, not for a drawer. */
enum { ENROL_HOURS = 24 };

/* May somebody of this kind make one of that? */
static bool may_make(enum token_kind who, enum token_kind what)
{
	return what != TOKEN_NONE &&
	       (who == TOKEN_ADMIN ||
		       (who == TOKEN_TRIGGER && (what == TOKEN_TRIGGER || what == TOKEN_READ)));
}

static int refuse(struct request *req, struct db *db, struct response *res, const json_t *form,
	int status, const char *why)
{
	return form_show(req, db, res, status, form, why, NULL);
}

static int make(struct request *req, struct db *db, struct response *res, const json_t *form)
{
	const char *name = json_string_value(json_object_get(form, "name"));
	const char *kind = json_string_value(json_object_get(form, "kind"));
	const enum token_kind what = token_kind_parse(kind == NULL ? "" : kind);
	char text[TOKEN_TEXT_SIZE];
	if (!may_make(req->caller.kind, what)) {
		return refuse(req, db, res, form, 403,
			"field 'kind': you may not make a token of that kind");
	}
	const int outcome =
		token_add(db, what, name == NULL ? "" : name, ENROL_HOURS, req->caller.id, text);
	if (outcome == TOKEN_EXISTS) {
		return refuse(req, db, res, form, 409,
			"field 'name' is taken: a token of that name exists");
	}
	if (outcome == DB_REFUSED) {
		return refuse(req, db, res, form, 400,
			"field 'name' needs 1 to 64 letters, digits and . _ @ -");
	}
	if (outcome != 0) {
		return outcome;
	}
	_json_ json_t *made = json_pack("{s:s, s:s}", "name", name, "text", text);
	res->is_cached = true;
	response_header(res, "Cache-Control", "no-store");
	return form_show(req, db, res, 200, NULL, NULL, made);
}

static int end(struct request *req, struct db *db, struct response *res, const json_t *form)
{
	const char *name = json_string_value(json_object_get(form, "name"));
	const bool is_admin = req->caller.kind == TOKEN_ADMIN;
	const int outcome =
		token_revoke(db, name == NULL ? "" : name, is_admin ? 0 : req->caller.id);
	if (outcome == TOKEN_UNKNOWN) {
		return refuse(req, db, res, form, 404, "you have no token of that name");
	}
	return outcome != 0 ? outcome : form_done(res, "/tokens");
}

int form_token(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {NULL};
	_json_ json_t *form = NULL;
	const int outcome = form_read_any(req, db, res, numbers, &form);
	if (outcome != 0) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	const char *action = json_string_value(json_object_get(form, "action"));
	if (action != NULL && strcmp(action, "make") == 0) {
		return make(req, db, res, form);
	}
	if (action != NULL && strcmp(action, "revoke") == 0) {
		return end(req, db, res, form);
	}
	return refuse(req, db, res, form, 400, "the form does not say what to do");
}
