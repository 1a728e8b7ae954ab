/* What is said of a body that is not as it should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/fields.h"
#include "shared/cleanup.h"

/* Parses; positive: refused, with `named` in the answer. */
static void refused(const char *body, size_t size, const char *named)
{
	struct request req = {.body = (char *)body, .body_size = size};
	struct response res = {0};
	json_t *root = NULL;
	struct fields f;
	assert_int_equal(fields_parse(&req, &res, &root, &f), FIELDS_BAD);
	assert_int_equal(res.status, 400);
	assert_non_null(strstr(res.body, named));
	response_fini(&res);
}

static void bodies_that_are_no_object_are_refused(void **state)
{
	(void)state;
	refused("", 0, "not JSON");
	refused("{\"a\":", 5, "line 1");
	refused("[]", 2, "object");
	refused("{\"a\":1,\"a\":2}", 13, "duplicate");
	refused("{\"a\":\"\\u0000\"}", 14, "not JSON");
	refused("{\"a\":\"\xff\"}", 9, "not JSON");
}

static void check(const char *body, void (*read)(struct fields *f), const char *named)
{
	struct request req = {.body = (char *)body, .body_size = strlen(body)};
	struct response res = {0};
	_json_ json_t *root = NULL;
	struct fields f;
	assert_int_equal(fields_parse(&req, &res, &root, &f), 0);
	read(&f);
	assert_int_equal(f.is_bad, named != NULL);
	if (named != NULL) {
		assert_int_equal(res.status, 400);
		assert_non_null(strstr(res.body, named));
	}
	response_fini(&res);
}

static void read_text(struct fields *f)
{
	fields_text(f, "t", 4, true);
}

static void read_int(struct fields *f)
{
	fields_int(f, "n", 1, 9, FIELDS_REQUIRED);
}

static void read_line(struct fields *f)
{
	fields_line(f, "t", 8, true);
}

static void read_real(struct fields *f)
{
	fields_real(f, "n", 1e9);
}

static void read_only(struct fields *f)
{
	static const char *const known[] = {"t", "n", NULL};
	fields_only(f, known);
}

static void read_hash(struct fields *f)
{
	fields_sha256(f, "t", true);
}

static void fields_are_named_when_they_are_bad(void **state)
{
	(void)state;
	check("{\"t\":\"abcd\"}", read_text, NULL);
	check("{}", read_text, "'t' is missing");
	check("{\"t\":null}", read_text, "'t' is missing");
	check("{\"t\":5}", read_text, "'t' must be a text");
	check("{\"t\":\"\"}", read_text, "'t' must have 1 to 4 bytes");
	check("{\"t\":\"abcde\"}", read_text, "'t' must have 1 to 4 bytes");
	check("{\"n\":9}", read_int, NULL);
	check("{\"n\":0}", read_int, "'n' must be a whole number from 1 to 9");
	check("{\"n\":10}", read_int, "'n' must be");
	check("{\"n\":2.5}", read_int, "'n' must be");
	check("{\"n\":\"2\"}", read_int, "'n' must be");
	check("{\"t\":\"gr\u00fcn\"}", read_line, NULL);
	check("{\"t\":\"a\\nb\"}", read_line, "'t' must be one line");
	check("{\"t\":\"\\u001b[2J\"}", read_line, "'t' must be one line");
	check("{\"n\":2.5}", read_real, NULL);
	check("{\"n\":null}", read_real, NULL);
	check("{\"n\":1000000000}", read_real, NULL);
	check("{\"n\":-0.5}", read_real, "'n' must be a number from 0 to 1000000000");
	check("{\"n\":1e308}", read_real, "'n' must be");
	check("{\"n\":\"2\"}", read_real, "'n' must be");
	check("{\"t\":1,\"n\":2}", read_only, NULL);
	check("{\"t\":1,\"nn\":2}", read_only, "'nn' is not known");
	check("{\"t\":\"ABC\"}", read_hash, "64 lower-case hex");
}

static void read_two(struct fields *f)
{
	read_text(f);
	read_int(f);
}

static void the_first_bad_field_is_the_answer(void **state)
{
	(void)state;
	check("{}", read_two, "'t' is missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_that_are_no_object_are_refused),
		cmocka_unit_test(fields_are_named_when_they_are_bad),
		cmocka_unit_test(the_first_bad_field_is_the_answer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
