/* The table of URLs: it finds what it lists, fits its templates and queries, and is what
 * openapi.json says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "assets.h"
#include "http/page.h"
#include "http/routes.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

static int find(struct request *req, const char *method, const char *path, char allow[64])
{
	*req = (struct request){.method = method, .path = path};
	return route_find(req, allow, 64);
}

static void parts_of_the_path_are_taken(void **state)
{
	(void)state;
	struct request req;
	char allow[64];
	assert_int_equal(find(&req, "GET", "/trees/mm/series/p-1/fail_ratio", allow), 0);
	assert_string_equal(req.route->query, "page_series");
	assert_string_equal(route_part(&req, "{name}"), "mm");
	assert_string_equal(route_part(&req, "{profile}"), "p-1");
	assert_string_equal(route_part(&req, "{metric}"), "fail_ratio");
	assert_string_equal(route_part(&req, "{other}"), "");
	assert_int_equal(find(&req, "PUT", "/api/v1/runner/attempts/7/streams/console", allow), 0);
	assert_string_equal(req.parts[0], "7");
	assert_string_equal(req.parts[1], "console");
}

static void a_path_that_is_not_there_is_none(void **state)
{
	(void)state;
	struct request req;
	char allow[64];
	assert_int_equal(find(&req, "GET", "/runs/", allow), ROUTE_NONE);
	assert_int_equal(find(&req, "GET", "/runs/1/2", allow), ROUTE_NONE);
	assert_int_equal(find(&req, "GET", "/api/v1", allow), ROUTE_NONE);
	assert_int_equal(find(&req, "GET", "", allow), ROUTE_NONE);
	_free_ char *lengthy = alloc_zero(1, 400);
	memset(lengthy, 'x', 399);
	memcpy(lengthy, "/runs/", 6);
	assert_int_equal(find(&req, "GET", lengthy, allow), ROUTE_NONE);
}

static void another_method_lists_those_there_are(void **state)
{
	(void)state;
	struct request req;
	char allow[64];
	assert_int_equal(find(&req, "DELETE", "/api/v1/runs", allow), ROUTE_OTHER_METHOD);
	assert_string_equal(allow, "GET, HEAD, POST");
	assert_int_equal(find(&req, "GET", "/api/v1/runner/claim", allow), ROUTE_OTHER_METHOD);
	assert_string_equal(allow, "POST");
}

static void head_goes_where_get_goes(void **state)
{
	(void)state;
	struct request req;
	char allow[64];
	assert_int_equal(find(&req, "HEAD", "/runs/12", allow), 0);
	assert_string_equal(req.route->query, "page_run");
	assert_string_equal(req.parts[0], "12");
	assert_int_equal(find(&req, "HEAD", "/api/v1/blobs/ab", allow), 0);
	assert_string_equal(req.route->method, "HEAD");
}

static void every_query_and_template_is_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		if (routes[i].query == NULL) {
			assert_true(routes[i].handle != NULL);
			continue;
		}
		_free_ char *query = alloc_format("db/queries/%s.sql", routes[i].query);
		assert_non_null(asset_find(query));
		if (routes[i].template != NULL) {
			_free_ char *markup =
				alloc_format("web/templates/%s.html", routes[i].template);
			assert_non_null(asset_find(markup));
		}
	}
	assert_int_equal(page_check(), 0);
}

static bool is_looked_at(const struct route *route)
{
	return route->template != NULL && strcmp(route->method, "GET") == 0 &&
	       route->type == NULL && strcmp(route->template, "atom") != 0;
}

static void every_page_says_which_question_it_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < route_count; i++) {
		const char *question = routes[i].question;
		if ((question != NULL) != is_looked_at(&routes[i])) {
			fail_msg("%s: a page has a question, all else has none", routes[i].path);
		}
		assert_true(question == NULL || question[strlen(question) - 1] == '?');
	}
}

static bool is_api(const char *path)
{
	return strncmp(path, "/api/", 5) == 0;
}

static const char *lower(const char *method)
{
	static const char *const names[][2] = {{"GET", "get"}, {"HEAD", "head"}, {"PATCH", "patch"},
		{"POST", "post"}, {"PUT", "put"}};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i][0], method) == 0) {
			return names[i][1];
		}
	}
	return "";
}

static json_t *description(void)
{
	const struct asset *asset = asset_find("server/http/openapi.json");
	assert_non_null(asset);
	json_t *json = json_loads(asset->data, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "openapi")), "3.1.0");
	return json;
}

static void every_route_of_the_api_is_described(void **state)
{
	(void)state;
	_json_ json_t *json = description();
	const json_t *paths = json_object_get(json, "paths");
	for (size_t i = 0; i < route_count; i++) {
		if (!is_api(routes[i].path)) {
			continue;
		}
		const json_t *path = json_object_get(paths, routes[i].path);
		if (json_object_get(path, lower(routes[i].method)) == NULL) {
			fail_msg("%s %s is not described", routes[i].method, routes[i].path);
		}
	}
}

static bool has_route(const char *verb, const char *path)
{
	for (size_t i = 0; i < route_count; i++) {
		if (strcmp(routes[i].path, path) == 0 &&
			strcmp(lower(routes[i].method), verb) == 0) {
			return true;
		}
	}
	return false;
}

static void everything_described_is_a_route(void **state)
{
	(void)state;
	_json_ json_t *json = description();
	const char *path;
	json_t *verbs;
	json_object_foreach(json_object_get(json, "paths"), path, verbs)
	{
		const char *verb;
		json_t *operation;
		json_object_foreach(verbs, verb, operation)
		{
			if (strcmp(verb, "parameters") != 0 && !has_route(verb, path)) {
				fail_msg("%s %s is described but no route", verb, path);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_the_path_are_taken),
		cmocka_unit_test(a_path_that_is_not_there_is_none),
		cmocka_unit_test(another_method_lists_those_there_are),
		cmocka_unit_test(head_goes_where_get_goes),
		cmocka_unit_test(every_query_and_template_is_there),
		cmocka_unit_test(every_page_says_which_question_it_answers),
		cmocka_unit_test(every_route_of_the_api_is_described),
		cmocka_unit_test(everything_described_is_a_route),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
