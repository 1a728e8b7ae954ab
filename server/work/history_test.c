/* git's plumbing as it answers, and as nobody should: names and dates are whatever people wrote. */
#include "work/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shared/cleanup.h"

#define H1 "1111111111111111111111111111111111111111"
#define H2 "2222222222222222222222222222222222222222"
#define H3 "3333333333333333333333333333333333333333"
#define NUL "\0"

static FILE *text_open(const char *text, size_t size)
{
	FILE *f = fmemopen((void *)text, size, "r");
	assert_non_null(f);
	return f;
}
#define OPEN(literal) text_open(literal, sizeof(literal) - 1)

static void commits_are_read_with_their_parents(void **state)
{
	(void)state;
	_file_ FILE *in = OPEN(H1 NUL NUL "A <a@b>" NUL "100" NUL "200" NUL "first\n" H2 NUL H1 NUL
					  "B <b@c>" NUL "1" NUL "2" NUL "\n" H3 NUL H2 " " H1 NUL
					  "C <c@d>" NUL "3" NUL "4" NUL "merge: \"x\" \\ y\n");
	struct commit commits[2];
	size_t n = 0;
	assert_int_equal(history_commits_read(in, commits, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(commits[0].hash, H1);
	assert_int_equal(commits[0].n_parents, 0);
	assert_string_equal(commits[0].subject, "first");
	assert_int_equal(commits[0].authored_s, 100);
	assert_int_equal(commits[0].committed_s, 200);
	assert_string_equal(commits[1].subject, "");
	history_commits_fini(commits, n);
	assert_int_equal(history_commits_read(in, commits, 2, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(commits[0].n_parents, 2);
	assert_string_equal(commits[0].parents[0], H2);
	assert_string_equal(commits[0].parents[1], H1);
	assert_string_equal(commits[0].author, "C <c@d>");
	history_commits_fini(commits, n);
	assert_int_equal(history_commits_read(in, commits, 2, &n), 0);
	assert_int_equal(n, 0);
}

static void what_is_not_utf8_or_no_date_is_mended(void **state)
{
	(void)state;
	_file_ FILE *in = OPEN(
		H1 NUL NUL "J\xf6rg <j@x>" NUL "-5" NUL "99999999999999" NUL "caf\xe9 \x1b[31m\n");
	struct commit commit;
	size_t n = 0;
	assert_int_equal(history_commits_read(in, &commit, 1, &n), 0);
	assert_string_equal(commit.author, "J\xef\xbf\xbdrg <j@x>");
	assert_string_equal(commit.subject, "caf\xef\xbf\xbd \xef\xbf\xbd[31m");
	assert_int_equal(commit.authored_s, 0);
	assert_int_equal(commit.committed_s, 0);
	history_commits_fini(&commit, n);
}

static void a_line_of_another_format_is_a_fault(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t size;
	} lines[] = {
#define LINE(literal) {literal, sizeof(literal) - 1}
		LINE("commit " H1 "\n"),
		LINE(H1 NUL NUL "A" NUL "1" NUL "2\n"),
		LINE(H1 NUL NUL "A" NUL "1" NUL "2" NUL "s" NUL "more\n"),
		LINE("xyz" NUL NUL "A" NUL "1" NUL "2" NUL "s\n"),
		LINE(H1 NUL "short" NUL "A" NUL "1" NUL "2" NUL "s\n"),
		LINE(H1 NUL H2 "," H3 NUL "A" NUL "1" NUL "2" NUL "s\n"),
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		_file_ FILE *in = text_open(lines[i].text, lines[i].size);
		struct commit commit;
		size_t n = 7;
		assert_true(history_commits_read(in, &commit, 1, &n) < 0);
		assert_int_equal(n, 0);
	}
}

static void refs_of_commits_have_short_names(void **state)
{
	(void)state;
	_file_ FILE *in = OPEN("refs/heads/main" NUL "commit" NUL H1 NUL NUL "\n"
			       "refs/heads/v1" NUL "commit" NUL H2 NUL NUL "\n"
			       "refs/heads/caf\xe9" NUL "commit" NUL H2 NUL NUL "\n"
			       "refs/tags/light" NUL "commit" NUL H3 NUL NUL "\n"
			       "refs/tags/tree" NUL "tree" NUL H3 NUL NUL "\n"
			       "refs/tags/tagged-tree" NUL "tag" NUL H3 NUL "tree" NUL H1 "\n"
			       "refs/tags/v1" NUL "tag" NUL H3 NUL "commit" NUL H1 "\n");
	struct commit_ref *refs = NULL;
	size_t n = 0;
	assert_int_equal(history_refs_read(in, &refs, &n), 0);
	assert_int_equal(n, 4);
	assert_string_equal(refs[0].name, "main");
	assert_string_equal(refs[1].name, "v1");
	assert_string_equal(refs[2].name, "light");
	assert_string_equal(refs[3].name, "tags/v1");
	assert_string_equal(refs[3].hash, H1);
	history_refs_free(refs, n);
}

static void a_line_of_hashes(void **state)
{
	(void)state;
	_file_ FILE *in = OPEN(H1 "\n" H2 "\n");
	char(*hashes)[COMMIT_HASH] = NULL;
	size_t n = 0;
	assert_int_equal(history_line_read(in, &hashes, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(hashes[1], H2);
	free(hashes);
	_file_ FILE *bad = OPEN(H1 "\nfatal: no\n");
	assert_true(history_line_read(bad, &hashes, &n) < 0);
	assert_null(hashes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commits_are_read_with_their_parents),
		cmocka_unit_test(what_is_not_utf8_or_no_date_is_mended),
		cmocka_unit_test(a_line_of_another_format_is_a_fault),
		cmocka_unit_test(refs_of_commits_have_short_names),
		cmocka_unit_test(a_line_of_hashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
