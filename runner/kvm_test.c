/* Stand-ins for a QEMU whose KVM works, and for those whose KVM only looks as if it did. */
#include "runner/kvm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/arch.h"
#include "runner/halt.h"
#include "shared/file.h"

static char folder[] = "/tmp/kvm-test.XXXXXX";
static char program[64];
static struct halt halt;

static int make(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL || halt_init(&halt) < 0 ? -1 : 0;
}

static int drop(void **state)
{
	(void)state;
	halt_fini(&halt);
	return file_remove_tree(folder);
}

/* A shell script that talks over descriptor 3, as QEMU is told to. */
static bool works(const char *script, char **why)
{
	snprintf(program, sizeof(program), "%s/qemu", folder);
	assert_int_equal(file_write(program, script, strlen(script)), 0);
	assert_int_equal(chmod(program, 0755), 0);
	return kvm_works(program, arch_find("x86_64"), &halt, why);
}

static void a_machine_that_runs_on_is_kvm(void **state)
{
	(void)state;
	char *why = NULL;
	assert_true(works("#!/bin/sh\necho '{\"QMP\":{}}' >&3\n"
			  "echo '{\"return\":{},\"id\":1}' >&3\nexec cat <&3\n",
		&why));
	assert_null(why);
}

static void a_greeting_and_an_abort_are_not(void **state)
{
	(void)state;
	char *why = NULL;
	assert_false(works("#!/bin/sh\necho '{\"QMP\":{}}' >&3\necho one >&2\n"
			   "echo 'failed to set MSR' >&2\nexit 134\n",
		&why));
	assert_string_equal(why, "failed to set MSR");
	free(why);
}

static void a_machine_that_stops_is_not(void **state)
{
	(void)state;
	char *why = NULL;
	assert_false(works("#!/bin/sh\necho '{\"return\":{},\"id\":1}' >&3\n"
			   "echo '{\"event\":\"STOP\"}' >&3\nexec cat <&3\n",
		&why));
	free(why);
}

static void a_runner_that_is_to_end_does_not_wait(void **state)
{
	(void)state;
	char *why = NULL;
	halt_set(&halt, HALT_STOP);
	assert_false(works("#!/bin/sh\nexec cat <&3\n", &why));
	free(why);
}

static void what_was_asked_for_is_not_tried(void **state)
{
	(void)state;
	struct config config = {.accel = strdup("kvm")};
	kvm_settle(&config, &halt);
	assert_string_equal(config.accel, "kvm");
	free(config.accel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_that_runs_on_is_kvm),
		cmocka_unit_test(a_greeting_and_an_abort_are_not),
		cmocka_unit_test(a_machine_that_stops_is_not),
		cmocka_unit_test(a_runner_that_is_to_end_does_not_wait),
		cmocka_unit_test(what_was_asked_for_is_not_tried),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
