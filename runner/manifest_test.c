/* Manifests as people write them: what is wrong is told with file, line and what would be right. */
#include "runner/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "shared/log.h"

#define HEAD "{\n \"name\": \"w\",\n \"summary\": \"s\",\n \"program\": \"p\""
#define ARGUMENT(name, type) "  {\"name\": \"" name "\", \"flag\": \"-x\", \"type\": \"" type "\"}"

static int take(const char *text, struct manifest *m)
{
	return manifest_take("own/w/manifest.json", "w", text, strlen(text), m);
}

static void what_may_be_left_out_has_a_default(void **state)
{
	(void)state;
	struct manifest m;
	assert_int_equal(take(HEAD "}", &m), 0);
	assert_string_equal(m.name, "w");
	assert_string_equal(m.program, "p");
	assert_string_equal(m.progress, "time");
	assert_string_equal(m.unit, "seconds");
	assert_int_equal(m.numa_nodes, 0);
	assert_int_equal(json_array_size(m.arguments), 0);
	assert_null(m.packages);
	manifest_fini(&m);
}

static void all_that_is_there_is_taken(void **state)
{
	(void)state;
	struct manifest m;
	assert_int_equal(
		take(HEAD ", \"progress\": \"pipe\", \"unit\": \"objects\", \"needs\": "
			  "{\"numa_nodes\": 2, \"memory_mb\": 768, \"file_systems\": [\"xfs\"], "
			  "\"programs\": [\"migrate\"], "
			  "\"root\": {\"packages\": [\"gcc\"], \"packages_of\": {\"arm64\": "
			  "[\"x\"]}}},"
			  "\"arguments\": [" ARGUMENT("a", "int") "," ARGUMENT("b", "text") "]}",
			&m),
		0);
	assert_string_equal(m.progress, "pipe");
	assert_string_equal(m.unit, "objects");
	assert_int_equal(m.numa_nodes, 2);
	assert_int_equal(m.memory_mb, 768);
	assert_int_equal(json_array_size(m.file_systems), 1);
	assert_int_equal(json_array_size(m.programs), 1);
	assert_int_equal(json_array_size(m.packages), 1);
	assert_int_equal(json_object_size(m.packages_of), 1);
	assert_string_equal(m.suite, "bookworm");
	assert_string_equal(m.mirror, "http://deb.debian.org/debian");
	assert_int_equal(json_array_size(m.arguments), 2);
	manifest_fini(&m);
}

static void a_mistake_is_told_with_file_line_and_what_would_be_right(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"{\n \"name\": \"w\",\n}", "own/w/manifest.json:3: "},
		{"[]", "own/w/manifest.json:1: a manifest is a JSON object"},
		{"{\n \"name\": \"w\",\n \"program\": \"p\"}",
			":1: the key \"summary\" is missing"},
		{HEAD ",\n \"progam\": 1}",
			":5: unknown key \"progam\"; there are arguments, name"},
		{HEAD ",\n \"needs\": {\n  \"ram\": 1}}",
			":6: unknown key \"ram\"; there are file_systems"},
		{HEAD ",\n \"needs\": []}", ":5: \"needs\" must be an object, not a list"},
		{HEAD ",\n \"needs\": {\"numa_nodes\": 99}}", ":5: \"numa_nodes\" is from 1 to 64"},
		{HEAD ",\n \"needs\": {\"file_systems\": [\"../x\"]}}",
			":5: \"file_systems\" must be"},
		{HEAD ",\n \"needs\": {\"root\": {}}}", ":1: the key \"packages\" is missing"},
		{HEAD ",\n \"needs\": {\"root\": {\"packages\": [\"a b\"]}}}",
			":5: \"packages\" must be"},
		{HEAD ",\n \"needs\": {\"root\": {\"packages\": [], \"packages_of\":\n {\"arm64\": "
		      "[1]}}}}",
			":6: \"arm64\" must be a list of plain names"},
		{HEAD ",\n \"needs\": {\"root\": {\"packages\": [], \"mirror\": \"x y\"}}}",
			":5: \"mirror\" must be a URL"},
		{HEAD ",\n \"needs\": {\"programs\": [\"/bin/sh\"]}}", ":5: \"programs\" must be"},
		{HEAD ",\n \"progress\": \"never\"}", ":5: \"progress\" is \"pipe\" or \"time\""},
		{HEAD ",\n \"unit\": \"a b\"}", ":5: \"unit\" must be one plain word"},
		{HEAD ",\n \"name\": \"w\"}", ":5: "},
		{"{\n \"name\": \"v\",\n \"summary\": \"s\", \"program\": \"p\"}",
			":2: \"name\" is \"v\", and must be as the folder's: \"w\""},
		{"{\n \"name\": \"w\",\n \"summary\": \"s\",\n \"program\": \"/bin/p\"}",
			":4: \"program\" must be a plain name"},
		{HEAD ",\n \"arguments\": [\n" ARGUMENT("a", "int") ",\n" ARGUMENT(
			 "b", "number") "]}",
			":7: argument 'b' has the type 'number'"},
		{HEAD ",\n \"arguments\": [\n" ARGUMENT("a", "int") ",\n" ARGUMENT("a", "int") "]}",
			":6: argument 'a' stands there twice"},
		{HEAD ",\n \"arguments\": [3]}", ":5: argument '?'"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct manifest m;
		assert_true(take(rows[i].text, &m) < 0);
		if (strstr(log_last(), rows[i].said) == NULL) {
			fail_msg("'%s' does not hold '%s'", log_last(), rows[i].said);
		}
		manifest_fini(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_left_out_has_a_default),
		cmocka_unit_test(all_that_is_there_is_taken),
		cmocka_unit_test(a_mistake_is_told_with_file_line_and_what_would_be_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
