/* Logs as kbuild prints them, with the words of compilers, linkers and helpers as they are; gcc and
 * clang speak for themselves, as far as they are installed. */
#include "buildlog/buildlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buildlog/format.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"

extern char **environ;

static void log_cleanup(struct buildlog **log)
{
	buildlog_free(*log);
}
#define _log_ __attribute__((cleanup(log_cleanup)))

static struct buildlog *read_log(const char *text, const char *why)
{
	struct buildlog *log = buildlog_new();
	buildlog_feed(log, text, strlen(text));
	buildlog_finish(log, why);
	return log;
}

static void assert_titles(const struct buildlog *log, const char *const *titles)
{
	size_t n = 0;
	for (; titles[n] != NULL; n++) {
		const struct buildlog_finding *f = buildlog_finding(log, n);
		assert_non_null(f);
		assert_string_equal(f->title, titles[n]);
	}
	assert_null(buildlog_finding(log, n));
}
#define ASSERT_TITLES(log, ...) assert_titles(log, (const char *const[]){__VA_ARGS__, NULL})

static const char warned[] =
	"  CC      mm/filemap.o\n"
	"  CC [M]  fs/xfs/xfs_aops.o\n"
	"../mm/migrate.c: In function 'migrate_pages':\n"
	"../mm/migrate.c:1203:13: warning: unused variable 'x' [-Wunused-variable]\n"
	" 1203 |         int x;\n"
	"      |             ^\n"
	"  CC      mm/migrate.o\n"
	"  AR      mm/built-in.a\n"
	"../mm/migrate.c:1210:13: warning: unused variable 'x' [-Wunused-variable]\n"
	"  MODPOST Module.symvers\n"
	"  LD      vmlinux\n";

static void a_warning_is_named_without_its_line(void **state)
{
	(void)state;
	_log_ struct buildlog *log = read_log(warned, NULL);
	ASSERT_TITLES(log, "build warning: mm/migrate.c: unused variable 'x' [-Wunused-variable]");
	const struct buildlog_finding *f = buildlog_finding(log, 0);
	assert_string_equal(f->file, "mm/migrate.c");
	assert_string_equal(f->unit, "mm/migrate.o");
	assert_int_equal(f->times, 2);
	assert_false(f->is_error);
	_free_ char *text =
		alloc_copy_n(warned + f->start_bytes, (size_t)(f->end_bytes - f->start_bytes));
	assert_string_equal(text,
		"../mm/migrate.c: In function 'migrate_pages':\n"
		"../mm/migrate.c:1203:13: warning: unused variable 'x' [-Wunused-variable]\n"
		" 1203 |         int x;\n"
		"      |             ^\n");
}

static void what_was_made_is_listed(void **state)
{
	(void)state;
	static const char *const made[] = {"mm/filemap.o", "fs/xfs/xfs_aops.o", "mm/migrate.o",
		"Module.symvers", "vmlinux", ".config"};
	_log_ struct buildlog *log = read_log(warned, NULL);
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		assert_non_null(buildlog_object(log, i));
		assert_string_equal(buildlog_object(log, i), made[i]);
	}
	assert_null(buildlog_object(log, sizeof(made) / sizeof(made[0])));
}

static void a_warning_of_a_header_belongs_to_what_includes_it(void **state)
{
	(void)state;
	_log_ struct buildlog *log = read_log(
		"  CC      mm/swap.o\n"
		"In file included from ../include/linux/pagemap.h:8,\n"
		"                 from ../mm/swap.c:16:\n"
		"../include/linux/mm.h: In function 'put_page':\n"
		"../include/linux/mm.h:780:9: warning: array subscript 16 is above array bounds of "
		"'u8[16]' [-Warray-bounds]\n",
		NULL);
	ASSERT_TITLES(log, "build warning: include/linux/mm.h: array subscript NUM is above array "
			   "bounds of 'u8[NUM]' [-Warray-bounds]");
	assert_string_equal(buildlog_finding(log, 0)->file, "include/linux/mm.h");
	assert_string_equal(buildlog_finding(log, 0)->unit, "mm/swap.o");
}

static void of_a_file_that_fails_the_first_error_counts(void **state)
{
	(void)state;
	static const char text[] =
		"  CC      fs/iomap/buffered-io.o\n  CC      mm/slub.o\n"
		"../fs/iomap/buffered-io.c: In function 'iomap_page_create':\n"
		"../fs/iomap/buffered-io.c:33:9: error: implicit declaration of function 'foo'; "
		"did "
		"you mean 'for'? [-Werror=implicit-function-declaration]\n"
		"   33 |         foo();\n"
		"../fs/iomap/buffered-io.c:34:9: error: 'bar' undeclared (first use in this "
		"function)\n"
		"cc1: some warnings being treated as errors\n"
		"make[4]: *** [../scripts/Makefile.build:250: fs/iomap/buffered-io.o] Error 1\n"
		"make[4]: *** Waiting for unfinished jobs....\n"
		"make[3]: *** [../scripts/Makefile.build:500: fs/iomap] Error 2\n"
		"make: *** [Makefile:224: __sub-make] Error 2\n";
	_log_ struct buildlog *log = read_log(text, "the compiler's words");
	ASSERT_TITLES(log, "build error: fs/iomap/buffered-io.c: implicit declaration of function "
			   "'foo' [-Werror=implicit-function-declaration]");
	assert_true(buildlog_finding(log, 0)->is_error);
	assert_int_equal(buildlog_finding(log, 0)->times, 2);
	_log_ struct buildlog *went_on = read_log(text, NULL);
	assert_null(buildlog_finding(went_on, 0));
}

/* One line, one title. */
static const struct {
	const char *line;
	const char *title;
	const char *unit;
} shapes[] = {
	{"mm/migrate.o: warning: objtool: migrate_pages+0x1a2: unreachable instruction",
		"build warning: mm/migrate.o: objtool: migrate_pages: unreachable instruction",
		"mm/migrate.o"},
	{"vmlinux.o: warning: objtool: do_one() falls through to next function two()",
		"build warning: vmlinux.o: objtool: do_one() falls through to next function two()",
		"vmlinux.o"},
	{"ld: vmlinux.o: in function `f':", NULL, NULL},
	{"migrate.c:(.text+0x10): undefined reference to `bar'",
		"build error: ld: undefined reference to 'bar'", "vmlinux"},
	{"ld.lld: error: undefined symbol: bar", "build error: ld: undefined reference to 'bar'",
		"vmlinux"},
	{"/usr/bin/ld: mm/a.o:(.bss+0x0): multiple definition of `x'; mm/b.o:(.bss+0x0): first "
	 "defined here",
		"build error: ld: multiple definition of 'x'", "vmlinux"},
	{"aarch64-linux-gnu-ld: warning: vmlinux has a LOAD segment with RWX permissions",
		"build warning: ld: vmlinux has a LOAD segment with RWX permissions", "vmlinux"},
	{"ERROR: modpost: \"foo\" [fs/xfs/xfs.ko] undefined!",
		"build error: modpost: \"foo\" [fs/xfs/xfs.ko] undefined!", "Module.symvers"},
	{"ERROR: \"foo\" [fs/xfs/xfs.ko] undefined!",
		"build error: modpost: \"foo\" [fs/xfs/xfs.ko] undefined!", "Module.symvers"},
	{"WARNING: modpost: vmlinux: section mismatch in reference: start+0x12 (section: .text) -> "
	 "init_me (section: .init.text)",
		"build warning: modpost: vmlinux: section mismatch in reference: start (section: "
		".text) -> init_me (section: .init.text)",
		"Module.symvers"},
	{"WARNING: unmet direct dependencies detected for DRM_PANEL",
		"build warning: Kconfig: unmet direct dependencies detected for DRM_PANEL",
		".config"},
	{"drivers/net/Kconfig:12:error: recursive dependency detected!",
		"build error: drivers/net/Kconfig: recursive dependency detected!", ".config"},
	{"../mm/Kconfig:5: syntax error", "build error: mm/Kconfig: syntax error", ".config"},
	{"../arch/x86/entry/entry_64.S:12: Error: no such instruction: `foo'",
		"build error: arch/x86/entry/entry_64.S: no such instruction: 'foo'",
		"arch/x86/entry/entry_64.o"},
	{"../arch/arm64/boot/dts/a.dts:12.3-20: Warning (unit_address_vs_reg): /soc: no reg",
		"build warning: arch/arm64/boot/dts/a.dts: (unit_address_vs_reg): /soc: no reg",
		"arch/arm64/boot/dts/a.dtb"},
	{"../net/x.c:9:10: fatal error: none.h: No such file or directory",
		"build error: net/x.c: none.h: No such file or directory", "net/x.o"},
	{"../mm/slub.c:99:1: warning: the frame size of 1040 bytes is larger than 1024 bytes "
	 "[-Wframe-larger-than=]",
		"build warning: mm/slub.c: the frame size of NUM bytes is larger than NUM bytes "
		"[-Wframe-larger-than=]",
		"mm/slub.o"},
	{"../mm/a.c:1:2: warning: unused variable \xe2\x80\x98u64\xe2\x80\x99",
		"build warning: mm/a.c: unused variable 'u64'", "mm/a.o"},
	{"/bin/sh: 1: flex: not found", "build error: sh: flex: not found", ""},
	{"gcc: error: unrecognized command-line option '-mfoo'",
		"build error: cc: unrecognized command-line option '-mfoo'", ""},
	{"make[2]: *** No rule to make target 'mm/gone.o', needed by 'mm/built-in.a'.  Stop.",
		"build error: make: no rule to make target 'mm/gone.o'", ""},
	{"make[2]: *** [../scripts/Makefile.vmlinux:34: vmlinux] Error 1",
		"build error: make: vmlinux: error 1", "vmlinux"},
	{"make[1]: [Makefile:9: x] Error 1 (ignored)", NULL, NULL},
	{"  HOSTCC  scripts/error.o", NULL, NULL},
	{"Kernel: arch/x86/boot/bzImage is ready  (#1)", NULL, NULL},
};

static void each_tools_words_have_their_title(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		_log_ struct buildlog *log = read_log(shapes[i].line, "nothing");
		const struct buildlog_finding *f = buildlog_finding(log, 0);
		assert_non_null(f);
		assert_string_equal(f->title,
			shapes[i].title != NULL ? shapes[i].title : "build error: nothing");
		assert_string_equal(f->unit, shapes[i].unit != NULL ? shapes[i].unit : "");
	}
}

static void a_failure_without_words_is_named_by_its_first_line(void **state)
{
	(void)state;
	_log_ struct buildlog *log =
		read_log("  CC      mm/a.o\n", "CONFIG_X=y was lost in olddefconfig\nand more");
	ASSERT_TITLES(log, "build error: CONFIG_X=y was lost in olddefconfig");
	_log_ struct buildlog *silent = read_log("", "");
	ASSERT_TITLES(silent, "build error: make failed");
	assert_null(buildlog_object(silent, 0));
}

static void a_build_that_was_ended_from_outside_says_nothing_of_what_is_absent(void **state)
{
	(void)state;
	_log_ struct buildlog *log =
		read_log("  CC      mm/a.o\n  CC      mm/b.o\n", "not done within its limit");
	assert_null(buildlog_object(log, 0));
	_log_ struct buildlog *failed = read_log("  CC      mm/a.o\nmake: *** [x] Error 1\n", "");
	assert_string_equal(buildlog_object(failed, 0), "mm/a.o");
}

static void only_the_bytes_count_not_how_they_come(void **state)
{
	(void)state;
	_log_ struct buildlog *whole = read_log(warned, NULL);
	_log_ struct buildlog *pieces = buildlog_new();
	for (size_t i = 0; i < sizeof(warned) - 1; i++) {
		buildlog_feed(pieces, warned + i, 1);
	}
	buildlog_finish(pieces, NULL);
	assert_memory_equal(buildlog_finding(whole, 0), buildlog_finding(pieces, 0),
		sizeof(struct buildlog_finding));
}

static void more_than_is_kept_says_nothing_of_what_is_absent(void **state)
{
	(void)state;
	char line[128];
	_log_ struct buildlog *log = buildlog_new();
	for (int i = 0; i < BUILDLOG_FINDINGS + 9; i++) {
		const int n = snprintf(line, sizeof(line), "a.c:1:1: warning: v%d unused\n", i);
		buildlog_feed(log, line, (size_t)n);
	}
	static const char error[] = "b.c:1:1: error: the last\n";
	buildlog_feed(log, error, sizeof(error) - 1);
	buildlog_finish(log, "x");
	assert_null(buildlog_object(log, 0));
	assert_null(buildlog_finding(log, BUILDLOG_FINDINGS));
	assert_string_equal(
		buildlog_finding(log, BUILDLOG_FINDINGS - 1)->title, "build error: b.c: the last");
}

static void any_bytes_are_borne(void **state)
{
	(void)state;
	_log_ struct buildlog *log = buildlog_new();
	_free_ char *block = alloc_zero(1, 1 << 20);
	memset(block, '\xff', 1 << 20);
	for (int i = 0; i < 8; i++) { /* one line of 8 MiB, and NULs */
		buildlog_feed(log, block, 1 << 20);
	}
	memset(block, 0, 1 << 20);
	buildlog_feed(log, block, 1 << 20);
	static const char tail[] = "\n\0x.c:1:1: error: \0\xfe y\n";
	buildlog_feed(log, tail, sizeof(tail) - 1);
	buildlog_finish(log, "");
	assert_non_null(buildlog_finding(log, 0));
}

static void every_pattern_is_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; format_at(i) != NULL; i++) {
		assert_true(match_is_pattern(format_at(i)->line));
	}
}

/* What a compiler prints of a source, behind the step that kbuild would print. */
static char *compiled(const char *compiler, const char *source)
{
	char folder[] = "/tmp/faultline-buildlog-XXXXXX";
	assert_non_null(mkdtemp(folder));
	_free_ char *path = alloc_format("%s/broken.c", folder);
	_free_ char *said = alloc_format("%s/said", folder);
	_file_ FILE *out = fopen(path, "w");
	fputs(source, out);
	fflush(out);
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 2, said, O_WRONLY | O_CREAT, 0600);
	char *const argv[] = {
		(char *)compiler, "-std=gnu11", "-Wall", "-Wextra", "-fsyntax-only", path, NULL};
	pid_t pid = 0;
	const int r = posix_spawnp(&pid, compiler, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	char *text = NULL;
	if (r == 0 && waitpid(pid, NULL, 0) == pid) {
		char bytes[8192];
		_file_ FILE *in = fopen(said, "r");
		const size_t n = fread(bytes, 1, sizeof(bytes) - 1, in);
		bytes[n] = '\0';
		text = alloc_format("  CC      broken.o\n%s", bytes);
	}
	unlink(path);
	unlink(said);
	rmdir(folder);
	return text;
}

static bool says(const struct buildlog *log, bool is_error, const char *words)
{
	for (size_t i = 0; buildlog_finding(log, i) != NULL; i++) {
		const struct buildlog_finding *f = buildlog_finding(log, i);
		if (f->is_error == is_error && strstr(f->title, words) != NULL) {
			return true;
		}
	}
	return false;
}

static void installed_compilers_are_understood(void **state)
{
	(void)state;
	static const char *const compilers[] = {"gcc", "clang"};
	for (size_t i = 0; i < sizeof(compilers) / sizeof(compilers[0]); i++) {
		_free_ char *broken = compiled(compilers[i], "int f(void)\n{\n\treturn gone;\n}\n");
		_free_ char *worse = compiled(compilers[i], "void f(void)\n{\n\tint x;\n}\n");
		if (broken == NULL || worse == NULL) {
			print_message("%s is not installed: left out\n", compilers[i]);
			continue;
		}
		_log_ struct buildlog *failed = read_log(broken, "");
		assert_true(says(failed, true, "'gone'"));
		_log_ struct buildlog *warns = read_log(worse, NULL);
		assert_true(says(warns, false, "unused variable 'x' [-Wunused-variable]"));
		assert_string_equal(buildlog_object(warns, 0), "broken.o");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_warning_is_named_without_its_line),
		cmocka_unit_test(what_was_made_is_listed),
		cmocka_unit_test(a_warning_of_a_header_belongs_to_what_includes_it),
		cmocka_unit_test(of_a_file_that_fails_the_first_error_counts),
		cmocka_unit_test(each_tools_words_have_their_title),
		cmocka_unit_test(a_failure_without_words_is_named_by_its_first_line),
		cmocka_unit_test(
			a_build_that_was_ended_from_outside_says_nothing_of_what_is_absent),
		cmocka_unit_test(only_the_bytes_count_not_how_they_come),
		cmocka_unit_test(more_than_is_kept_says_nothing_of_what_is_absent),
		cmocka_unit_test(any_bytes_are_borne),
		cmocka_unit_test(every_pattern_is_well_formed),
		cmocka_unit_test(installed_compilers_are_understood),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
