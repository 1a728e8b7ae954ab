/* How an attempt begins: what the server says of it is believed only when all of it can be. */
#include "runner/attempt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char job_endless[] =
	"{\"id\":7,\"tree\":{\"name\":\"demo\",\"kind\":\"git\",\"url\":\"/srv/"
	"demo\"},\"revision\":{"
	"\"hash\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\","
	"\"commit\":\"0123456789abcdef0123456789abcdef01234567\"},\"profile\":{\"name\":\"p\","
	"\"arch\":\"x86_64\",\"page_size\":4096,\"config\":\"base\",\"fs\":\"xfs\",\"block_size\":"
	"1024,"
	"\"memory_mb\":512,\"cpus\":2,\"numa_nodes\":2,\"workload\":\"migrate-hot\",\"duration_s\":"
	"10,"
	"\"build_limit_s\":3600,\"boot_limit_s\":120,\"silence_limit_s\":60,"
	"\"attempt_limit_s\":9223372036854775807}}";

static void a_job_without_an_end_is_malformed(void **state)
{
	(void)state;
	struct attempt a = {0};
	json_t *doc = json_loads(job_endless, 0, NULL);
	assert_non_null(doc);
	assert_int_equal(attempt_init(&a, doc), ATTEMPT_ENDED);
	assert_int_equal(a.result, RESULT_FAULT);
	assert_non_null(strstr(a.detail, "profile.attempt_limit_s"));
	attempt_fini(&a);
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_without_an_end_is_malformed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
