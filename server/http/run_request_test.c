/* What POST /api/v1/runs takes and refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "http/fields.h"
#include "http/request.h"
#include "http/run_request.h"
#include "shared/cleanup.h"

#define SHA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Parses `text`, hands the outcome to `look` and cleans up; NULL: only whether it was refused, and
 * naming what. */
static void read_text(const char *text, const char *named, void (*look)(const struct run_request *))
{
	struct response res = {0};
	_json_ json_t *root = json_loads(text, 0, NULL);
	assert_non_null(root);
	struct fields fields = {.object = root, .res = &res, .within = ""};
	struct run_request want;
	run_request_read(&fields, &want);
	if (named != NULL) {
		assert_true(fields.is_bad);
		assert_int_equal(res.status, 400);
		assert_non_null(strstr(res.body, named));
	} else {
		assert_false(fields.is_bad);
		look(&want);
	}
	run_request_fini(&want);
	response_fini(&res);
}

static void look_base(const struct run_request *want)
{
	assert_string_equal(want->commit, "0123456789012345678901234567890123456789");
}

static void patches_may_name_their_base(void **state)
{
	(void)state;
	read_text("{\"tree\":\"demo\",\"profiles\":[\"p\"],\"patches\":[\"Subject: "
		  "a\\n\",\"Subject: b\\n\\n"
		  "base-commit: 0123456789012345678901234567890123456789\\n-- \\n2.39\\n\"]}",
		NULL, look_base);
	read_text("{\"tree\":\"demo\",\"profiles\":[\"p\"],\"patches\":[\"Subject: a\\n\"]}",
		"base-commit", NULL);
}

static void look_commit(const struct run_request *want)
{
	assert_string_equal(want->tree, "demo");
	assert_string_equal(want->commit, "main");
	assert_int_equal(want->repeats, 1);
	assert_int_equal(want->priority, 50);
	assert_int_equal(want->every, 1);
}

static void a_commit_needs_tree_and_profile_only(void **state)
{
	(void)state;
	read_text(
		"{\"tree\":\"demo\",\"commit\":\"main\",\"profiles\":[\"p\"]}", NULL, look_commit);
}

static void look_range(const struct run_request *want)
{
	assert_string_equal(want->from, "v6.1");
	assert_string_equal(want->to, "main");
}

static void a_range_has_two_ends(void **state)
{
	(void)state;
	read_text("{\"tree\":\"demo\",\"range\":\"v6.1..main\",\"profiles\":[\"p\"]}", NULL,
		look_range);
	read_text("{\"tree\":\"demo\",\"range\":\"..main\",\"profiles\":[\"p\"]}", "range", NULL);
	read_text("{\"tree\":\"demo\",\"range\":\"v6.1...main\",\"profiles\":[\"p\"]}", "range",
		NULL);
	read_text("{\"tree\":\"demo\",\"range\":\"v6.1..\",\"profiles\":[\"p\"]}", "range", NULL);
}

static void look_prebuilt(const struct run_request *want)
{
	assert_string_equal(want->release, "6.1.0");
	assert_string_equal(want->image_sha256, SHA);
	assert_null(want->image_url);
	assert_string_equal(want->modules_url, "https://example.org/m.tar");
}

static void a_prebuilt_kernel_needs_no_tree(void **state)
{
	(void)state;
	read_text("{\"prebuilt\":{\"release\":\"6.1.0\",\"image\":{\"sha256\":\"" SHA
		  "\"},\"modules\":{\"sha256\":\"" SHA
		  "\",\"url\":\"https://example.org/m.tar\"}},\"profiles\":[\"p\"]}",
		NULL, look_prebuilt);
}

static void look_running(const struct run_request *want)
{
	assert_string_equal(want->release, "6.1.0-50-powerpc64le");
	assert_null(want->image_sha256);
}

static void a_running_kernel_has_a_release_and_no_image(void **state)
{
	(void)state;
	read_text("{\"running\":{\"release\":\"6.1.0-50-powerpc64le\"},\"profiles\":[\"p\"]}", NULL,
		look_running);
}

static void look_until(const struct run_request *want)
{
	assert_int_equal(want->migrations, 5000000000);
	assert_int_equal(want->duration_s, 9);
}

static void attempts_may_end_by_their_work(void **state)
{
	(void)state;
	read_text("{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],"
		  "\"migrations\":5000000000,\"duration_s\":9}",
		NULL, look_until);
}

static const struct {
	const char *text;
	const char *named;
} wrong[] = {
	{"{\"tree\":\"d\",\"commit\":\"m\"}", "profiles"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[]}", "profiles"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[7]}", "profiles"},
	{"{\"tree\":\"d\",\"commit\":7,\"profiles\":[\"p\"]}", "commit"},
	{"{\"commit\":\"m\",\"profiles\":[\"p\"]}", "tree"},
	{"{\"tree\":\"d\",\"profiles\":[\"p\"]}", "commit"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"range\":\"a..b\",\"profiles\":[\"p\"]}", "commit"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"repeats\":0}", "repeats"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"priority\":101}", "priority"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"migrations\":0}", "migrations"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"duration_s\":9}", "duration_s"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"notify\":\"a@b."
	 "c\\r\\nBcc: "
	 "d@e.f\"}",
		"notify"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"notify\":\"a@b.c,d@e."
	 "f\"}",
		"notify"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"notify\":\"-oQ/"
	 "tmp@b.c\"}",
		"notify"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"profile\":\"p\"}", "profile"},
	{"{\"prebuilt\":{\"release\":\"6\"},\"profiles\":[\"p\"]}", "image"},
	{"{\"prebuilt\":{\"release\":\"6\",\"image\":{\"sha256\":\"xyz\"}},\"profiles\":["
	 "\"p\"]}",
		"sha256"},
	{"{\"prebuilt\":{\"release\":\"6\",\"image\":{\"sha256\":\"" SHA
	 "\",\"url\":\"file:///etc/passwd\"}},\"profiles\":[\"p\"]}",
		"url"},
	{"{\"prebuilt\":{\"release\":\"6\",\"image\":{\"sha256\":\"" SHA
	 "\",\"url\":\"https://e.org/a\\r\\nX: y\"}},\"profiles\":[\"p\"]}",
		"url"},
	{"{\"prebuilt\":{\"release\":\"6\\u001b[2J\",\"image\":{\"sha256\":\"" SHA
	 "\"}},\"profiles\":[\"p\"]}",
		"release"},
	{"{\"tree\":\"d\",\"commit\":\"m\",\"profiles\":[\"p\"],\"title\":\"a\\n#regzbot "
	 "introduced: b\"}",
		"title"},
	{"{\"prebuilt\":{\"release\":\"6\",\"image\":{\"sha256\":\"" SHA
	 "\"}},\"patches\":[\"x\"],\"profiles\":[\"p\"]}",
		"patches"},
	{"{\"prebuilt\":{\"release\":\"6.1/../etc\",\"image\":{\"sha256\":\"" SHA
	 "\"}},\"profiles\":[\"p\"]}",
		"release"},
	{"{\"running\":{\"release\":\"6.1 x86_64\"},\"profiles\":[\"p\"]}", "running.release"},
	{"{\"running\":{\"release\":\"6.1\"},\"commit\":\"m\",\"tree\":\"d\",\"profiles\":["
	 "\"p\"]}",
		"commit"},
	{"{\"running\":{\"release\":\"6.1\"},\"reverts\":[\"x\"],\"profiles\":[\"p\"]}", "patches"},
};

static void a_wrong_field_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		read_text(wrong[i].text, wrong[i].named, NULL);
	}
}

static void a_patch_is_called_by_its_subject(void **state)
{
	(void)state;
	static const struct {
		const char *patch;
		const char *subject;
	} rows[] = {
		{"From: A\nSubject: [PATCH] mm: keep the reference  \r\n\nbody\n",
			"[PATCH] mm: keep the reference"},
		{"diff --git a/mm/x.c b/mm/x.c\n--- a/mm/x.c\n", "a/mm/x.c b/mm/x.c"},
		{"--- a/mm/x.c\n+++ b/mm/x.c\n@@", "b/mm/x.c"},
		{"no patch at all", "patch"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *subject = run_request_subject(rows[i].patch);
		assert_string_equal(subject, rows[i].subject);
	}
}

/* What ends within a character is no text to JSON, and the next patch would get the name. */
static void a_long_subject_is_cut_between_characters(void **state)
{
	(void)state;
	char patch[512] = "Subject: x";
	for (size_t n = strlen(patch); n < 400; n += 2) {
		memcpy(patch + n, "\xc3\xa4", 3);
	}
	_free_ char *subject = run_request_subject(patch);
	assert_int_equal(strlen(subject), 199);
	_json_ json_t *text = json_string(subject);
	assert_non_null(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches_may_name_their_base),
		cmocka_unit_test(a_commit_needs_tree_and_profile_only),
		cmocka_unit_test(a_range_has_two_ends),
		cmocka_unit_test(a_prebuilt_kernel_needs_no_tree),
		cmocka_unit_test(a_running_kernel_has_a_release_and_no_image),
		cmocka_unit_test(attempts_may_end_by_their_work),
		cmocka_unit_test(a_wrong_field_is_named),
		cmocka_unit_test(a_patch_is_called_by_its_subject),
		cmocka_unit_test(a_long_subject_is_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
