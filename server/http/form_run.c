/* A run ordered from a page: the form's fields are made the API's body, which is then answered by
 * the API itself. */
#include "http/form_run.h"

#include <stdlib.h>
#include <string.h>

#include "http/api_run.h"
#include "http/form.h"
#include "shared/cleanup.h"

/* What is a list there and one here. */
static json_t *order_shape(const json_t *form)
{
	json_t *order = json_copy((json_t *)form);
	json_t *profiles = json_object_get(order, "profiles");
	json_t *patch = json_object_get(order, "patch");
	if (json_is_string(profiles)) {
		json_object_set_new(order, "profiles", json_pack("[O]", profiles));
	}
	if (patch != NULL) {
		json_object_set_new(order, "patches", json_pack("[O]", patch));
		json_object_del(order, "patch");
	}
	return order;
}

/* Ordered: on to the run. */
static int run_show(struct response *res)
{
	_json_ json_t *answer = json_loadb(res->body, res->size, 0, NULL);
	const json_t *run = json_object_get(answer, "run");
	return form_done(
		res, "/runs/%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(run, "id")));
}

int form_run(struct request *req, struct db *db, struct response *res)
{
	static const char *const numbers[] = {"priority", "repeats", NULL};
	_json_ json_t *form = NULL;
	int outcome = form_read(req, db, res, numbers, &form);
	if (outcome != 0) {
		return outcome < 0 ? outcome : form_failed(req, db, res, form);
	}
	_json_ json_t *order = order_shape(form);
	_free_ char *body = json_dumps(order, JSON_COMPACT);
	struct request as_api = *req;
	as_api.body = body;
	as_api.body_size = strlen(body);
	outcome = api_run_order(&as_api, db, res);
	if (outcome != 0) {
		return outcome;
	}
	return res->status >= 400 ? form_failed(req, db, res, form) : run_show(res);
}
