/* What becomes of a job whose lease cannot be renewed; the server is a port where nobody listens.
 */
#include "runner/courier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "runner/api.h"
#include "shared/file.h"
#include "shared/number.h"

enum { LEASE_S = 1 };
#define MS INT64_C(1000000)

static struct config config = {.server = "http://127.0.0.1:1", .token = "fl_runner_test"};
static char state_folder[] = "/tmp/courier-test.XXXXXX";

struct bench {
	struct halt halt;
	struct spool spool;
	struct courier *courier;
};

static void bench_start(struct bench *b)
{
	assert_int_equal(halt_init(&b->halt), 0);
	assert_int_equal(spool_init(&b->spool, config.state, 7, 3), 0);
	assert_int_equal(courier_new(&config, &b->halt, &b->courier), 0);
	json_t *steps = json_array();
	courier_begin(b->courier, &b->spool, number_monotonic_ns(), LEASE_S);
	courier_step(b->courier, "workload", steps);
	json_decref(steps);
}

static void bench_stop(struct bench *b)
{
	courier_free(b->courier);
	spool_remove(&b->spool);
	spool_fini(&b->spool);
	halt_fini(&b->halt);
}

static void what_is_the_runners_own_goes_on_without_a_lease(void **state)
{
	(void)state;
	struct bench b = {0};
	bench_start(&b);
	assert_false(halt_wait(&b.halt, (LEASE_S * 1000 + 200) * MS));
	bench_stop(&b);
}

static void what_another_would_touch_stops_before_the_lease_ends(void **state)
{
	(void)state;
	struct bench b = {0};
	bench_start(&b);
	const int64_t begun_ns = number_monotonic_ns();
	courier_exclusive(b.courier, true);
	assert_true(halt_wait(&b.halt, 5 * LEASE_S * 1000 * MS));
	assert_int_equal(halt_reason(&b.halt), HALT_LEASE);
	assert_true(number_monotonic_ns() - begun_ns < LEASE_S * 1000 * MS);
	bench_stop(&b);
}

static void a_lease_that_cannot_be_meant_is_the_usual_one(void **state)
{
	(void)state;
	static const int64_t rows[][2] = {{INT64_MIN, 60}, {-1, 60}, {0, 60}, {1, 1}, {90, 90},
		{86400, 86400}, {86401, 60}, {INT64_MAX, 60}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(courier_lease_s(rows[i][0]), rows[i][1]);
	}
}

int main(void)
{
	config.state = mkdtemp(state_folder);
	if (config.state == NULL || api_start() != 0) {
		return EXIT_FAILURE;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_runners_own_goes_on_without_a_lease),
		cmocka_unit_test(a_lease_that_cannot_be_meant_is_the_usual_one),
		cmocka_unit_test(what_another_would_touch_stops_before_the_lease_ends),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);
	api_stop();
	file_remove_tree(config.state);
	return failed;
}
