/* Forms as browsers send them: what the API gets of one. */
#include "http/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "shared/cleanup.h"

static const char *const numbers[] = {"bug", "version", NULL};

/* Nobody is signed in: nothing is asked of the database. */
static json_t *sent(const char *type, char *body, int *status)
{
	struct request req = {.method = "POST", .path = "/rules", .body = body};
	req.body_size = strlen(body);
	req.headers[0] = (struct pair){"Content-Type", type};
	req.header_count = 1;
	struct response res = {0};
	json_t *form = NULL;
	assert_int_equal(form_read(&req, NULL, &res, numbers, &form), FORM_BAD);
	*status = res.status;
	response_fini(&res);
	return form;
}

static const char *text(const json_t *form, const char *name)
{
	const char *value = json_string_value(json_object_get(form, name));
	return value == NULL ? "-" : value;
}

static void fields_are_decoded(void **state)
{
	(void)state;
	char body[] =
		"name=a+b%2Bc&pattern=%5Cd%2B%26%3D%25&empty=&bug=12&version=x&issue=1%0D%0A2&"
		"x%5By%5D=z&box=1&box=&box=2&box=3&bad=%zz%4&\xff=1&alone&utf=gr%C3%BC%C3%9F%FF";
	int status = 0;
	_json_ json_t *form =
		sent("application/x-www-form-urlencoded; charset=utf-8", body, &status);
	assert_int_equal(status, 401);
	assert_string_equal(text(form, "name"), "a b+c");
	assert_string_equal(text(form, "pattern"), "\\d+&=%");
	assert_null(json_object_get(form, "empty"));
	assert_null(json_object_get(form, "alone"));
	assert_int_equal(json_integer_value(json_object_get(form, "bug")), 12);
	assert_string_equal(text(form, "version"), "x");
	assert_string_equal(text(form, "issue"), "1\n2");
	assert_string_equal(text(form, "x[y]"), "z");
	assert_string_equal(text(form, "bad"), "%zz%4");
	const json_t *boxes = json_object_get(form, "box");
	assert_int_equal(json_array_size(boxes), 3);
	assert_string_equal(json_string_value(json_array_get(boxes, 2)), "3");
	assert_string_equal(text(form, "utf"), "gr\xc3\xbc\xc3\x9f\xef\xbf\xbd");
}

/* A patch, say: cut it would still apply, as another. */
static void a_long_value_is_not_cut(void **state)
{
	(void)state;
	enum { SIZE = 200 << 10 };
	static char body[sizeof("patch=") + SIZE] = "patch=";
	memset(body + strlen("patch="), 'x', SIZE);
	int status = 0;
	_json_ json_t *form = sent("application/x-www-form-urlencoded", body, &status);
	assert_int_equal(json_string_length(json_object_get(form, "patch")), SIZE);
}

static void what_is_no_form_is_refused(void **state)
{
	(void)state;
	char body[] = "{\"name\":\"x\"}";
	int status = 0;
	assert_null(sent("application/json", body, &status));
	assert_int_equal(status, 415);
}

static void a_form_of_nobody_is_refused_and_its_proof_forgotten(void **state)
{
	(void)state;
	char body[] = "name=x&proof=00112233445566778899aabbccddeeff";
	int status = 0;
	_json_ json_t *form = sent("application/x-www-form-urlencoded", body, &status);
	assert_int_equal(status, 401);
	assert_null(json_object_get(form, "proof"));
	assert_string_equal(text(form, "name"), "x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_decoded),
		cmocka_unit_test(what_is_no_form_is_refused),
		cmocka_unit_test(a_long_value_is_not_cut),
		cmocka_unit_test(a_form_of_nobody_is_refused_and_its_proof_forgotten),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
