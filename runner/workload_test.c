/* The workloads of this repository, and arguments for them. */
#include "runner/workload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct workload workload;

static int make(void **state)
{
	(void)state;
	workload.manifest = json_loads(
		"{\"name\":\"w\",\"program\":\"p\",\"arguments\":["
		"{\"name\":\"readers\",\"flag\":\"-R\",\"type\":\"integer\",\"default\":2},"
		"{\"name\":\"size\",\"flag\":\"-S\",\"type\":\"text\",\"default\":null},"
		"{\"name\":\"loud\",\"flag\":\"-l\",\"type\":\"boolean\",\"default\":false}]}",
		0, NULL);
	workload.name = "w";
	return workload.manifest != NULL ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	workload_fini(&workload);
	return 0;
}

static void check(const char *chosen, const char *expected)
{
	json_t *list = json_loads(chosen, 0, NULL);
	char *arguments = NULL;
	const int r = workload_arguments(&workload, list, &arguments);
	if (expected == NULL) {
		assert_true(r < 0);
	} else {
		assert_int_equal(r, 0);
		assert_string_equal(arguments, expected);
	}
	free(arguments);
	json_decref(list);
}

static void arguments_come_in_the_manifests_order_with_its_defaults(void **state)
{
	(void)state;
	check("[]", "-R,2");
	check("[\"size=100m\",\"readers=5\"]", "-R,5,-S,100m");
	check("[\"loud=true\"]", "-R,2,-l");
	check("[\"loud=false\"]", "-R,2");
}

static void an_argument_that_is_not_there_is_refused(void **state)
{
	(void)state;
	check("[\"reader=5\"]", NULL);
	check("[\"readers\"]", NULL);
	check("[\"readers=5,-x,/bin/sh\"]", NULL);
	check("[\"=5\"]", NULL);
}

static void every_manifest_of_ours_can_be_read(void **state)
{
	(void)state;
	static const char *const names[] = {"migrate-hot", "migrate-reader", "stress-ng"};
	const struct config config = {.workloads_folder = "runner/workloads",
		.guest_folder = "build/guest",
		.roots = "/nowhere"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct workload own;
		const int r = workload_read(&config, arch_at(0), names[i], &own);
		assert_true(r == 0 ||
			    r == WORKLOAD_UNKNOWN); /* its program may not be built or installed */
		assert_string_equal(own.name, names[i]);
		char *arguments = NULL;
		assert_int_equal(workload_arguments(&own, NULL, &arguments), 0);
		assert_null(strchr(arguments, ' '));
		free(arguments);
		workload_fini(&own);
	}
}

static void names_that_are_paths_are_unknown(void **state)
{
	(void)state;
	static const char *const names[] = {"..", "../configs", "", "no-such", "migrate.c"};
	const struct config config = {.workloads_folder = "runner/workloads",
		.guest_folder = "build/guest",
		.roots = "/nowhere"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct workload own;
		assert_int_equal(
			workload_read(&config, arch_at(0), names[i], &own), WORKLOAD_UNKNOWN);
		workload_fini(&own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_come_in_the_manifests_order_with_its_defaults),
		cmocka_unit_test(an_argument_that_is_not_there_is_refused),
		cmocka_unit_test(every_manifest_of_ours_can_be_read),
		cmocka_unit_test(names_that_are_paths_are_unknown),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
