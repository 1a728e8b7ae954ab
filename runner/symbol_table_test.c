/* Functions out of nm, lines out of addr2line: as binutils 2.40 prints them. */
#include "runner/symbol_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "shared/alloc.h"
#include "shared/cleanup.h"

static const char nm_text[] = "0000000000000000 A fixed_percpu_data\n"
			      "ffffffff81000000 T _stext\n"
			      "ffffffff81000000 0000000000000031 T startup_64\n"
			      "ffffffff81000040 0000000000000013 t tiny_read.isra.0\n"
			      "ffffffff81000048 t $x\n"
			      "ffffffff81000060 0000000000000100 t init_once\n"
			      "ffffffff81000160 T asm_without_size\n"
			      "ffffffff81000160 T its_alias\n"
			      "ffffffff81000180 0000000000000100 t init_once\n"
			      "ffffffff81000280 0000000000000010 t last\n"
			      "ffffffff82000000 D some_data\n";

struct found {
	uint64_t places[SYMBOL_PLACES_MAX];
	size_t n, namesakes;
};

static struct found find(const char *name, uint64_t size)
{
	struct found f = {0};
	_free_ char *text = alloc_copy(nm_text);
	struct symbol_table *table = symbol_table_new(text);
	f.namesakes = symbol_table_find(table, name, size, f.places, &f.n);
	symbol_table_free(table);
	return f;
}

static void a_functions_size_is_that_up_to_the_next_as_the_kernel_prints_it(void **state)
{
	(void)state;
	const struct found f = find("startup_64", 0x40);
	assert_int_equal(f.n, 1);
	assert_true(f.places[0] == 0xffffffff81000000);
	assert_int_equal(find("asm_without_size", 0x20).n, 1);
}

static void the_size_in_the_file_is_good_too(void **state)
{
	(void)state;
	assert_int_equal(find("startup_64", 0x31).n, 1);
	assert_int_equal(find("last", 0x10).n, 1);
}

static void another_size_is_another_function(void **state)
{
	(void)state;
	const struct found f = find("startup_64", 0x48);
	assert_int_equal(f.n, 0);
	assert_int_equal(f.namesakes, 1);
	assert_int_equal(find("nobody", 0x48).namesakes, 0);
	assert_int_equal(find("some_data", 0x10).namesakes, 0);
}

static void the_compilers_endings_and_mapping_symbols_do_not_matter(void **state)
{
	(void)state;
	const struct found f = find("tiny_read", 0x20);
	assert_int_equal(f.n, 1);
	assert_true(f.places[0] == 0xffffffff81000040);
	assert_int_equal(find("tiny", 0x20).namesakes, 0);
}

static void namesakes_of_one_size_are_all_told(void **state)
{
	(void)state;
	assert_int_equal(find("init_once", 0x100).n, 2);
}

static char *lines_of(const char *output, size_t n)
{
	_free_ char *text = alloc_copy(output);
	_json_ json_t *lines = symbol_lines_read(text, n);
	return json_dumps(lines, JSON_COMPACT);
}

static void lines_come_with_what_was_inlined_first(void **state)
{
	(void)state;
	_free_ char *text =
		lines_of("0xffffffff8110c2e1\n"
			 "page_put\n"
			 "/s/worktrees/demo-x86_64/out-x86_64-debug/../include/linux/mm.h:780 "
			 "(discriminator 3)\n"
			 "filemap_read\n"
			 "/s/worktrees/demo-x86_64/out-x86_64-debug/../mm/filemap.c:2700\n"
			 "0xffffffff8110c2e2\n"
			 "asm_f\n"
			 "arch/x86/entry/entry_64.S:120\n",
			2);
	assert_string_equal(text,
		"[[{\"function\":\"page_put\",\"file\":\"include/linux/mm.h\",\"line\":780},"
		"{\"function\":\"filemap_read\",\"file\":\"mm/filemap.c\",\"line\":2700}],"
		"[{\"function\":\"asm_f\",\"file\":\"arch/x86/entry/entry_64.S\",\"line\":120}]]");
}

static void what_is_not_known_is_left_out(void **state)
{
	(void)state;
	_free_ char *text = lines_of("0x10\n??\n??:0\n0x11\nf\nmm/util.c:?\n", 3);
	assert_string_equal(
		text, "[[],[{\"function\":\"f\",\"file\":\"mm/util.c\",\"line\":0}],[]]");
}

static void files_are_relative_to_the_tree_and_to_what_is_built(void **state)
{
	(void)state;
	_free_ char *text = lines_of("0x1\nf\n/s/worktrees/t-arm64/out-arm64-debug/"
				     "include/generated/x.h:3\n0x2\ng\n./../mm/./a/../b.c:4\n",
		2);
	assert_string_equal(text,
		"[[{\"function\":\"f\",\"file\":\"include/generated/x.h\",\"line\":3}],"
		"[{\"function\":\"g\",\"file\":\"mm/b.c\",\"line\":4}]]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_functions_size_is_that_up_to_the_next_as_the_kernel_prints_it),
		cmocka_unit_test(the_size_in_the_file_is_good_too),
		cmocka_unit_test(another_size_is_another_function),
		cmocka_unit_test(the_compilers_endings_and_mapping_symbols_do_not_matter),
		cmocka_unit_test(namesakes_of_one_size_are_all_told),
		cmocka_unit_test(lines_come_with_what_was_inlined_first),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(files_are_relative_to_the_tree_and_to_what_is_built),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
