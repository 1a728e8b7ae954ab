/* Every row must serve: a half-filled one would fail in the middle of a job. */
#include "runner/arch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void check_fragment(const char *name)
{
	char fragment[100];
	snprintf(fragment, sizeof(fragment), "runner/configs/%s.fragment", name);
	assert_int_equal(access(fragment, R_OK), 0);
}

static void every_row_is_complete_and_has_its_fragment(void **state)
{
	(void)state;
	assert_non_null(arch_at(0));
	for (int i = 0; arch_at(i) != NULL; i++) {
		const struct arch *a = arch_at(i);
		const char *const texts[] = {a->name, a->machine, a->kernel_arch, a->cross_compile,
			a->image_target, a->image_path, a->qemu, a->qemu_machine,
			a->qemu_machine_tcg, a->qemu_cpu, a->console, a->modules[0]};
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
			assert_non_null(texts[k]);
		}
		assert_true(a->build_files > 0 && a->pages[0].size > 0);
		assert_null(a->pages[0].fragment);
		assert_null(a->modules[ARCH_MODULES - 1]);
		check_fragment(a->name);
		for (const struct arch_pages *p = a->pages; p->size != 0; p++) {
			assert_true(p->node_unit_mb > 0 && p < a->pages + ARCH_PAGES - 1);
			assert_ptr_equal(arch_pages(a, p->size), p);
			if (p->fragment != NULL) {
				check_fragment(p->fragment);
			}
		}
	}
}

static void a_page_size_that_is_not_there_is_not_found(void **state)
{
	(void)state;
	assert_null(arch_pages(arch_find("ppc64le"), 4096));
	assert_null(arch_pages(arch_find("x86_64"), 65536));
	assert_string_equal(arch_pages(arch_find("arm64"), 65536)->fragment, "arm64-64k");
}

static void this_host_is_one_of_them_or_none(void **state)
{
	(void)state;
	int natives = 0;
	for (int i = 0; arch_at(i) != NULL; i++) {
		natives += arch_is_native(arch_at(i));
	}
	assert_true(natives <= 1);
	assert_true((arch_native() != NULL) == (natives == 1));
}

static void rows_are_sorted_and_found_by_name(void **state)
{
	(void)state;
	for (int i = 0; arch_at(i) != NULL; i++) {
		assert_ptr_equal(arch_find(arch_at(i)->name), arch_at(i));
		assert_true(i == 0 || strcmp(arch_at(i - 1)->name, arch_at(i)->name) < 0);
	}
	assert_null(arch_find("x86"));
	assert_null(arch_at(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete_and_has_its_fragment),
		cmocka_unit_test(a_page_size_that_is_not_there_is_not_found),
		cmocka_unit_test(this_host_is_one_of_them_or_none),
		cmocka_unit_test(rows_are_sorted_and_found_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
