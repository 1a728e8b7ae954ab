/* Mirrors of small repositories on this disk: what is fetched, rewritten, refused, left by the
 * dead. */
#include "work/mirror.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/file.h"
#include "work/history.h"

extern char **environ;

/* A folder with an origin of two commits and an empty mirror folder; the test works in it. */
struct place {
	char *folder;
	char *origin;
	char *mirrors;
};

static void git_do(const struct place *p, const char *const *arguments)
{
	const char *argv[32] = {
		"git", "-C", p->origin, "-c", "user.name=T", "-c", "user.email=t@t"};
	size_t n = 7;
	while (*arguments != NULL) {
		argv[n++] = *arguments++;
	}
	pid_t pid = 0;
	int status = -1;
	assert_int_equal(posix_spawnp(&pid, "git", NULL, NULL, (char *const *)argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}
#define GIT_DO(p, ...) git_do(p, (const char *const[]){__VA_ARGS__, NULL})

static int place_new(void **state)
{
	struct place *p = alloc_zero(1, sizeof(*p));
	p->folder = alloc_copy("/tmp/faultline-mirror-XXXXXX");
	if (mkdtemp(p->folder) == NULL) {
		return -1;
	}
	p->origin = alloc_format("%s/origin", p->folder);
	p->mirrors = alloc_format("%s/mirrors", p->folder);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	mkdir(p->origin, 0755);
	GIT_DO(p, "init", "--quiet", "-b", "main");
	GIT_DO(p, "commit", "--quiet", "--allow-empty", "-m", "one");
	GIT_DO(p, "commit", "--quiet", "--allow-empty", "-m", "two");
	GIT_DO(p, "tag", "-a", "-m", "release", "v1");
	*state = p;
	return 0;
}

static int place_free(void **state)
{
	struct place *p = *state;
	const int result = file_remove_tree(p->folder);
	free(p->folder);
	free(p->origin);
	free(p->mirrors);
	free(p);
	return result;
}

static struct mirror mirror_ready(const struct place *p)
{
	struct mirror mirror;
	_free_ char *said = NULL;
	assert_int_equal(mirror_open(&mirror, p->mirrors, "t", -1, &said), 0);
	return mirror;
}

static void fetch(const struct mirror *mirror, const struct place *p)
{
	_free_ char *said = NULL;
	const int outcome = mirror_fetch(mirror, p->origin, &said);
	if (outcome != 0) {
		fail_msg("fetch: %d %s", outcome, said == NULL ? "" : said);
	}
}

/* Subjects of the branch, from the root on, joined. */
static char *subjects(const struct mirror *mirror, const char *known)
{
	_free_ char *said = NULL;
	_file_ FILE *in = git_file(mirror->git.folder);
	_file_ FILE *out = NULL;
	fputs(known, in);
	assert_int_equal(mirror_commits(mirror, in, &out, &said), 0);
	struct commit commits[16];
	size_t n = 0;
	assert_int_equal(history_commits_read(out, commits, 16, &n), 0);
	char *text = alloc_copy("");
	for (size_t i = 0; i < n; i++) {
		char *longer = alloc_format("%s%s ", text, commits[i].subject);
		free(text);
		text = longer;
	}
	history_commits_fini(commits, n);
	return text;
}

static size_t line_length(const struct mirror *mirror)
{
	_free_ char *said = NULL;
	_file_ FILE *out = NULL;
	_free_ char(*hashes)[COMMIT_HASH] = NULL;
	size_t n = 0;
	assert_int_equal(mirror_line(mirror, "main", &out, &said), 0);
	assert_int_equal(history_line_read(out, &hashes, &n), 0);
	return n;
}

static void history_comes_parents_first_and_only_once(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	fetch(&mirror, p);
	_free_ char *all = subjects(&mirror, "");
	assert_string_equal(all, "one two ");
	_free_ char *said = NULL;
	_file_ FILE *out = NULL;
	struct commit_ref *refs = NULL;
	size_t n = 0;
	assert_int_equal(mirror_refs(&mirror, &out, &said), 0);
	assert_int_equal(history_refs_read(out, &refs, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(refs[0].name, "main");
	assert_string_equal(refs[1].name, "v1");
	assert_string_equal(refs[0].hash, refs[1].hash);
	_free_ char *known = alloc_format("^%s\n^%040d\n", refs[0].hash, 7);
	GIT_DO(p, "commit", "--quiet", "--allow-empty", "-m", "three");
	fetch(&mirror, p);
	_free_ char *fresh = subjects(&mirror, known);
	assert_string_equal(fresh, "three ");
	assert_int_equal(line_length(&mirror), 3);
	history_refs_free(refs, n);
	mirror_close(&mirror);
}

static char *head(const struct mirror *mirror, const char *what)
{
	_free_ char *said = NULL;
	_file_ FILE *out = NULL;
	char *line = NULL;
	size_t capacity = 0;
	assert_int_equal(
		GIT_RUN(&mirror->git, NULL, 60, &out, &said, "-C", mirror->path, "rev-parse", what),
		0);
	assert_int_equal(getline(&line, &capacity, out), 41);
	return line;
}

/* A commit that writes a file of that path. */
static void touch(const struct place *p, const char *path, const char *message)
{
	_free_ char *file = alloc_format("%s/%s", p->origin, path);
	assert_int_equal(file_write(file, message, strlen(message)), 0);
	GIT_DO(p, "add", "-A");
	GIT_DO(p, "commit", "--quiet", "-m", message);
}

static void paths_of_commits_are_named_and_a_plain_merge_has_none(void **state)
{
	const struct place *p = *state;
	GIT_DO(p, "checkout", "--quiet", "-b", "side");
	touch(p, "b.c", "side");
	GIT_DO(p, "checkout", "--quiet", "main");
	touch(p, "a \303\244.c", "line");
	GIT_DO(p, "merge", "--quiet", "--no-ff", "-m", "merge", "side");
	struct mirror mirror = mirror_ready(p);
	fetch(&mirror, p);
	_free_ char *merge = head(&mirror, "main");
	_free_ char *line = head(&mirror, "main~1");
	_free_ char *side = head(&mirror, "side");
	_free_ char *said = NULL;
	_file_ FILE *in = git_file(mirror.git.folder);
	_file_ FILE *out = NULL;
	fprintf(in, "%s%s%s", line, side, merge);
	assert_int_equal(mirror_touched(&mirror, in, &out, &said), 0);
	char text[500] = "";
	text[fread(text, 1, sizeof(text) - 1, out)] = '\0';
	_free_ char *wanted = alloc_format("%sa \303\244.c\n%sb.c\n%s", line, side, merge);
	assert_string_equal(text, wanted);
	mirror_close(&mirror);
}

static void rewritten_history_replaces_the_branch(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	GIT_DO(p, "branch", "gone");
	fetch(&mirror, p);
	GIT_DO(p, "reset", "--quiet", "--hard", "HEAD~1");
	GIT_DO(p, "branch", "--quiet", "-D", "gone");
	fetch(&mirror, p);
	assert_int_equal(line_length(&mirror), 1);
	_free_ char *said = NULL;
	_file_ FILE *out = NULL;
	assert_int_equal(mirror_line(&mirror, "gone", &out, &said), GIT_REFUSED);
	mirror_close(&mirror);
}

static void locks_of_a_killed_git_do_not_stop_the_next(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	fetch(&mirror, p);
	mirror_close(&mirror);
	static const char *const locks[] = {
		"packed-refs.lock", "refs/heads/main.lock", "objects/info/commit-graph.lock"};
	for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]); i++) {
		_free_ char *path = alloc_format("%s/t.git/%s", p->mirrors, locks[i]);
		assert_int_equal(file_write(path, "", 0), 0);
	}
	GIT_DO(p, "commit", "--quiet", "--allow-empty", "-m", "three");
	mirror = mirror_ready(p);
	fetch(&mirror, p);
	assert_int_equal(line_length(&mirror), 3);
	mirror_close(&mirror);
}

static void one_at_a_time(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p), other;
	_free_ char *said = NULL;
	assert_int_equal(mirror_open(&other, p->mirrors, "t", -1, &said), MIRROR_BUSY);
	mirror_close(&other);
	mirror_close(&mirror);
	other = mirror_ready(p);
	mirror_close(&other);
}

/* What git or we say is what people read at the tree. */
static void a_bad_address_is_told(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	static const struct {
		const char *url;
		const char *said;
	} urls[] = {
		{"/nowhere/at/all", "does not appear to be a git repository"},
		{"ext::sh -c 'touch /tmp/faultline-evil'", "transport 'ext' not allowed"},
		{"--upload-pack=touch /tmp/faultline-evil", "fatal"},
		{"ssh://-oProxyCommand=touch%20x/y", "fatal"},
	};
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		_free_ char *said = NULL;
		assert_int_equal(mirror_fetch(&mirror, urls[i].url, &said), GIT_REFUSED);
		assert_non_null(strstr(said, urls[i].said));
	}
	assert_int_equal(access("/tmp/faultline-evil", F_OK), -1);
	mirror_close(&mirror);
}

/* An alias is a command of git's that takes as long as one likes, with a child of its own. */
#define ENDLESS "-c", "alias.endless=!sleep 600", "endless"

static void git_ends_when_told_to_or_when_it_takes_too_long(void **state)
{
	const struct place *p = *state;
	_fd_ int stop = eventfd(1, EFD_CLOEXEC);
	struct mirror mirror = mirror_ready(p);
	_free_ char *said = NULL, *nothing = NULL;
	assert_int_equal(GIT_RUN(&mirror.git, NULL, 0, NULL, &said, ENDLESS), GIT_SLOW);
	assert_string_equal(said, "");
	mirror.git.stop_fd = stop;
	assert_int_equal(GIT_RUN(&mirror.git, NULL, 600, NULL, &nothing, ENDLESS), GIT_STOPPED);
	mirror_close(&mirror);
}

/* The lock must outlive a killed server as long as its git runs. */
static void git_inherits_the_lock(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	_free_ char *command =
		alloc_format("alias.look=!test -e /proc/self/fd/%d", mirror.git.lock_fd);
	_free_ char *said = NULL, *refused = NULL;
	assert_int_equal(GIT_RUN(&mirror.git, NULL, 60, NULL, &said, "-c", command, "look"), 0);
	struct git lockless = mirror.git;
	lockless.lock_fd = -1;
	assert_int_equal(
		GIT_RUN(&lockless, NULL, 60, NULL, &refused, "-c", command, "look"), GIT_REFUSED);
	mirror_close(&mirror);
}

static void a_mirror_goes_when_nobody_has_used_it_for_long(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	_free_ char *path = alloc_copy(mirror.path);
	_free_ char *lock = alloc_format("%s.lock", path);
	assert_int_equal(mirror_drop(p->mirrors, "t"), MIRROR_BUSY);
	mirror_close(&mirror);
	assert_int_equal(mirror_drop(p->mirrors, "t"), MIRROR_USED);
	const time_t then = time(NULL) - (MIRROR_UNUSED_DAYS + 1) * 86400;
	const struct timespec used[] = {{.tv_sec = then}, {.tv_sec = then}};
	assert_int_equal(utimensat(AT_FDCWD, lock, used, 0), 0);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(mirror_drop(p->mirrors, "t"), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(access(lock, F_OK), -1);
}

static void a_missing_git_is_told(void **state)
{
	const struct place *p = *state;
	struct mirror mirror = mirror_ready(p);
	_free_ char *path = alloc_copy(getenv("PATH"));
	_free_ char *said = NULL;
	setenv("PATH", "/nowhere", 1);
	const int outcome = mirror_fetch(&mirror, p->origin, &said);
	setenv("PATH", path, 1);
	assert_int_equal(outcome, GIT_REFUSED);
	assert_string_equal(said, "the git program cannot be run: No such file or directory");
	mirror_close(&mirror);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			history_comes_parents_first_and_only_once, place_new, place_free),
		cmocka_unit_test_setup_teardown(
			rewritten_history_replaces_the_branch, place_new, place_free),
		cmocka_unit_test_setup_teardown(
			locks_of_a_killed_git_do_not_stop_the_next, place_new, place_free),
		cmocka_unit_test_setup_teardown(
			paths_of_commits_are_named_and_a_plain_merge_has_none, place_new,
			place_free),
		cmocka_unit_test_setup_teardown(one_at_a_time, place_new, place_free),
		cmocka_unit_test_setup_teardown(a_bad_address_is_told, place_new, place_free),
		cmocka_unit_test_setup_teardown(
			git_ends_when_told_to_or_when_it_takes_too_long, place_new, place_free),
		cmocka_unit_test_setup_teardown(git_inherits_the_lock, place_new, place_free),
		cmocka_unit_test_setup_teardown(
			a_mirror_goes_when_nobody_has_used_it_for_long, place_new, place_free),
		cmocka_unit_test_setup_teardown(a_missing_git_is_told, place_new, place_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
