/* Patterns as people write them, the hopeless ones too, on text that is none. */
#include "rules/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

static void pattern_cleanup(struct pattern **pattern)
{
	pattern_free(*pattern);
}
#define _pattern_ __attribute__((cleanup(pattern_cleanup)))

static struct pattern *made(const char *text)
{
	struct pattern *pattern = NULL;
	struct pattern_error error;
	assert_int_equal(pattern_new(text, &pattern, &error), 0);
	return pattern;
}

static int tried(const char *pattern_text, const char *bytes, size_t size)
{
	_pattern_ struct pattern *pattern = made(pattern_text);
	struct pattern_place place;
	return pattern_match(pattern, bytes, size, &place);
}

static void a_pattern_that_does_not_compile_says_where(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t offset;
		const char *why;
	} cases[] = {
		{"", 0, "empty"},
		{"BUG (", 5, "parenthesis"},
		{"ab[z-a]", 5, "range"},
		{"\\C", 2, "\\C"},
		{"x(?<", 4, "name"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pattern *pattern = NULL;
		struct pattern_error error;
		assert_int_equal(pattern_new(cases[i].text, &pattern, &error), PATTERN_BAD);
		assert_null(pattern);
		assert_int_equal(error.offset, cases[i].offset);
		assert_non_null(strstr(error.text, cases[i].why));
	}
}

static void a_pattern_has_a_size_limit(void **state)
{
	(void)state;
	_free_ char *text = alloc_zero(1, PATTERN_BYTES + 2);
	memset(text, 'a', PATTERN_BYTES);
	pattern_free(made(text));
	text[PATTERN_BYTES] = 'a';
	struct pattern *pattern = NULL;
	struct pattern_error error;
	assert_int_equal(pattern_new(text, &pattern, &error), PATTERN_BAD);
	static const char *const greedy[] = {"(((((a{1,1000}){1,1000}){1,1000}){1,1000}){1,1000})",
		"(((a{60000}){60000}){60000})"};
	for (size_t i = 0; i < sizeof(greedy) / sizeof(greedy[0]); i++) {
		assert_int_equal(pattern_new(greedy[i], &pattern, &error), PATTERN_BAD);
	}
	memset(text, '(', 60);
	memset(text + 60, ')', 60);
	text[120] = '\0';
	assert_int_equal(pattern_new(text, &pattern, &error), PATTERN_BAD);
}

/* Each would take longer than the universe has stood. */
static void a_hopeless_pattern_is_given_up_soon(void **state)
{
	(void)state;
	static const char *const hopeless[] = {"(a+)+$", "(a|a)*b", "^(([a-z])+.)+[A-Z]([a-z])+$",
		"(.*)*(.*)*(.*)*x!", "(?:a?){30}a{30}b", "(x+x+)+y|(a*)*\\d", "(?R)?a*(?R)*b"};
	const size_t size = 32 << 10;
	_free_ char *text = alloc_zero(1, size + 1);
	memset(text, 'a', size);
	for (size_t i = 0; i < sizeof(hopeless) / sizeof(hopeless[0]); i++) {
		_pattern_ struct pattern *pattern = made(hopeless[i]);
		struct pattern_place place;
		text[size - 1] = '.';
		const int64_t started_ns = number_monotonic_ns();
		const int outcome = pattern_match(pattern, text, size, &place);
		const int64_t took_ns = number_monotonic_ns() - started_ns;
		assert_true(outcome == PATTERN_LIMIT || outcome == PATTERN_NONE);
		assert_true(outcome == PATTERN_NONE || pattern_why(pattern)[0] != '\0');
		assert_true(took_ns < INT64_C(5000000000)); /* with sanitizers, on a busy machine */
	}
	assert_int_equal(tried("(a+)+$", text, size), PATTERN_LIMIT);
	assert_int_equal(tried("(*LIMIT_MATCH=4000000000)(a+)+$", text, size), PATTERN_LIMIT);
}

static void bytes_that_are_no_text_match_nothing_and_hurt_nothing(void **state)
{
	(void)state;
	static const char dirty[] = "\xff\xfe before \xc3 BUG \xe2\x82 \xed\xa0\x80 \0 after \xf8";
	const size_t size = sizeof(dirty) - 1;
	assert_int_equal(tried("BUG", dirty, size), PATTERN_FOUND);
	assert_int_equal(tried("after", dirty, size), PATTERN_FOUND);
	assert_int_equal(tried("before.*BUG", dirty, size), PATTERN_NONE);
	assert_int_equal(tried("[^a-z]{40}", dirty, size), PATTERN_NONE);
	assert_int_equal(tried("gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f dich", 12), PATTERN_FOUND);
	struct pattern *pattern = NULL;
	struct pattern_error error;
	assert_int_equal(pattern_new("\xff", &pattern, &error), PATTERN_BAD);
}

static const struct rule_subject subject = {.title = "kernel BUG in filemap_read",
	.alts = "bad-access in filemap_read\nBUG: one more",
	.text = "[    1.0] page dumped because: VM_BUG_ON\n[    1.1] kernel BUG at mm.h:780!\n"
		"[    1.2] RIP: 0010:filemap_read+0x1/0x2\n",
	.arch = "arm64",
	.fs = "xfs",
	.tree_id = 3};

static int judged(const char *text, enum rule_target target, const struct rule_scope *scope,
	const char *wanted)
{
	_pattern_ struct pattern *pattern = made(text);
	struct rule_found found = {0};
	const int outcome = rule_match(pattern, target, scope, &subject, &found);
	if (outcome == PATTERN_FOUND) {
		assert_int_equal(found.size, strlen(wanted));
		assert_memory_equal(found.at, wanted, found.size);
	}
	return outcome;
}

static void a_rule_is_tried_on_what_it_says(void **state)
{
	(void)state;
	const struct rule_scope any = {0};
	assert_int_equal(
		judged("BUG in \\w+", RULE_TITLE, &any, "BUG in filemap_read"), PATTERN_FOUND);
	assert_int_equal(judged("^bad-access", RULE_TITLE, &any, "bad-access"), PATTERN_FOUND);
	assert_int_equal(judged("RIP", RULE_TITLE, &any, ""), PATTERN_NONE);
	assert_int_equal(judged("mm\\.h:\\d+", RULE_LINE, &any, "mm.h:780"), PATTERN_FOUND);
	assert_int_equal(judged("(?s)dumped.*RIP", RULE_LINE, &any, ""), PATTERN_NONE);
	assert_int_equal(
		judged("(?s)BUG at.*RIP", RULE_REPORT, &any, "BUG at mm.h:780!\n[    1.2] RIP"),
		PATTERN_FOUND);
	assert_int_equal(judged("^\\[.*RIP.*$", RULE_REPORT, &any,
				 "[    1.2] RIP: 0010:filemap_read+0x1/0x2"),
		PATTERN_FOUND);
	assert_int_equal(judged("^kernel", RULE_REPORT, &any, ""), PATTERN_NONE);
}

static void a_scope_leaves_others_alone(void **state)
{
	(void)state;
	const struct rule_scope fits = {.arch = "arm64", .fs = "xfs", .tree_id = 3};
	const struct rule_scope others[] = {{.arch = "x86_64"}, {.fs = "ext4"}, {.tree_id = 4}};
	assert_int_equal(judged("BUG", RULE_TITLE, &fits, "BUG"), PATTERN_FOUND);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(judged("BUG", RULE_TITLE, &others[i], ""), PATTERN_NONE);
	}
}

static void a_report_without_text_matches_no_text(void **state)
{
	(void)state;
	const struct rule_scope any = {0};
	const struct rule_subject bare = {.title = "BUG", .arch = "", .fs = ""};
	_pattern_ struct pattern *pattern = made(".*");
	struct rule_found found;
	assert_int_equal(rule_match(pattern, RULE_LINE, &any, &bare, &found), PATTERN_NONE);
	assert_int_equal(rule_match(pattern, RULE_REPORT, &any, &bare, &found), PATTERN_NONE);
	assert_int_equal(rule_match(pattern, RULE_TITLE, &any, &bare, &found), PATTERN_FOUND);
	assert_int_equal(rule_target_parse("console"), RULE_NONE);
	assert_int_equal(rule_target_parse("line"), RULE_LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_that_does_not_compile_says_where),
		cmocka_unit_test(a_pattern_has_a_size_limit),
		cmocka_unit_test(a_hopeless_pattern_is_given_up_soon),
		cmocka_unit_test(bytes_that_are_no_text_match_nothing_and_hurt_nothing),
		cmocka_unit_test(a_rule_is_tried_on_what_it_says),
		cmocka_unit_test(a_scope_leaves_others_alone),
		cmocka_unit_test(a_report_without_text_matches_no_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
