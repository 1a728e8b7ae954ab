/* The words QEMU is started with, from profiles that are unlike each other. */
#include "runner/qemu_args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct config config = {.qemu = "/opt/qemu", .accel = "tcg"};

static struct attempt attempt_of(int64_t cpus, int64_t nodes, int64_t memory_mb)
{
	struct attempt a = {.config = &config, .id = 7, .arch = arch_find("x86_64")};
	a.job.profile.page_size = 4096;
	a.job.profile.cpus = cpus;
	a.job.profile.numa_nodes = nodes;
	a.job.profile.memory_mb = memory_mb;
	a.job.profile.fs = "xfs";
	a.job.profile.mount_options = "rw,noatime";
	a.job.profile.cmdline = "";
	a.job.profile.workload = "migrate-hot";
	a.job.profile.duration_s = 10;
	a.workload.program_guest = "/workloads/migrate";
	a.workload.manifest.progress = "pipe";
	return a;
}

static char *line_of(const struct attempt *a, bool is_for_people)
{
	_words_ struct words words = {0};
	qemu_args(a, "tcg", "console=ttyS0 -- fs=xfs", is_for_people, &words);
	return words_shell(&words);
}

static void check_holds(const char *line, const char *text)
{
	if (strstr(line, text) == NULL) {
		fail_msg("'%s' is not in: %s", text, line);
	}
}

static void two_nodes_share_memory_and_cpus(void **state)
{
	(void)state;
	const struct attempt a = attempt_of(2, 2, 512);
	char *line = line_of(&a, false);
	check_holds(line, "-smp 2,sockets=2 -m 512");
	check_holds(
		line, "memory-backend-ram,id=m0,size=256M -numa node,nodeid=0,memdev=m0,cpus=0-0");
	check_holds(
		line, "memory-backend-ram,id=m1,size=256M -numa node,nodeid=1,memdev=m1,cpus=1-1");
	check_holds(line, "-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny");
	check_holds(line, "-no-reboot");
	check_holds(line, "-append 'console=ttyS0 -- fs=xfs'");
	free(line);
}

static void odd_numbers_lose_nothing(void **state)
{
	(void)state;
	const struct attempt a = attempt_of(2, 3, 1000);
	char *line = line_of(&a, false);
	check_holds(line, "-smp 2,sockets=2");
	check_holds(line, "id=m0,size=333M -numa node,nodeid=0,memdev=m0 ");
	check_holds(line, "id=m1,size=333M -numa node,nodeid=1,memdev=m1,cpus=0-0");
	check_holds(line, "id=m2,size=334M -numa node,nodeid=2,memdev=m2,cpus=1-1");
	free(line);
}

static void each_architecture_gets_its_machine(void **state)
{
	(void)state;
	struct attempt a = attempt_of(2, 2, 1024);
	a.arch = arch_find("ppc64le");
	a.job.profile.page_size = 65536;
	char *line = line_of(&a, true);
	assert_int_equal(strncmp(line, "qemu-system-ppc64 ", 18), 0);
	check_holds(line, "-M pseries,x-vof=on,cap-htm=off,");
	check_holds(line, "-cpu power9 -accel tcg,thread=multi,tb-size=256 ");
	free(line);
	a.arch = arch_find("arm64");
	line = line_of(&a, false);
	check_holds(line, "-M virt,gic-version=max -cpu cortex-a57 ");
	check_holds(line, "id=m0,size=512M -numa node,nodeid=0,memdev=m0,cpus=0-0");
	free(line);
}

static void nodes_are_as_large_as_the_page_size_wants(void **state)
{
	(void)state;
	struct attempt a = attempt_of(2, 2, 1536);
	a.arch = arch_find("arm64");
	a.job.profile.page_size = 65536;
	char *line = line_of(&a, false);
	check_holds(line, "id=m0,size=512M ");
	check_holds(line, "id=m1,size=1024M ");
	free(line);
}

static void kvm_is_for_the_hosts_own_architecture(void **state)
{
	(void)state;
	const struct config with_kvm = {.accel = "kvm"};
	for (int i = 0; arch_at(i) != NULL; i++) {
		assert_string_equal(qemu_args_accel(&with_kvm, arch_at(i)),
			arch_is_native(arch_at(i)) ? "kvm" : "tcg");
		assert_string_equal(qemu_args_accel(&config, arch_at(i)), "tcg");
	}
	_words_ struct words words = {0};
	qemu_args_machine(arch_find("ppc64le"), "kvm", &words);
	char *line = words_shell(&words);
	assert_string_equal(line, "-M pseries -cpu host -accel kvm");
	free(line);
}

static void people_get_the_console_and_no_monitor(void **state)
{
	(void)state;
	const struct attempt a = attempt_of(2, 2, 512);
	char *line = line_of(&a, true);
	assert_null(strstr(line, "qmp"));
	check_holds(line, "-chardev stdio,id=console");
	assert_int_equal(strncmp(line, "qemu-system-x86_64 ", 19), 0);
	free(line);
	line = line_of(&a, false);
	check_holds(line, "-chardev socket,id=qmp,fd=3 -mon chardev=qmp,mode=control");
	free(line);
}

static void a_qemu_that_was_named_is_for_the_hosts_own_architecture(void **state)
{
	(void)state;
	for (int i = 0; arch_at(i) != NULL; i++) {
		assert_string_equal(qemu_args_program(&config, arch_at(i)),
			arch_is_native(arch_at(i)) ? "/opt/qemu" : arch_at(i)->qemu);
	}
}

static void the_guest_gets_its_orders_after_the_dashes(void **state)
{
	(void)state;
	struct attempt a = attempt_of(2, 2, 512);
	char *line = NULL;
	a.job.profile.cmdline = "no_hash_pointers";
	assert_int_equal(qemu_args_cmdline(&a, &line), 0);
	assert_string_equal(line, "console=ttyS0 panic=-1 oops=panic no_hash_pointers -- fs=xfs "
				  "mount=rw,noatime workload=migrate-hot "
				  "program=/workloads/migrate progress=pipe seconds=10");
	free(line);
	a.job.profile.cmdline = a.job.profile.mount_options = "";
	assert_int_equal(qemu_args_cmdline(&a, &line), 0);
	assert_null(strstr(line, "mount="));
	assert_null(strstr(line, "  "));
	free(line);
}

static void a_root_is_a_second_disk_that_nobody_writes_to(void **state)
{
	(void)state;
	struct attempt a = attempt_of(2, 2, 512);
	char *line = line_of(&a, false);
	assert_null(strstr(line, "root.img"));
	free(line);
	a.workload.manifest.packages = json_array();
	line = line_of(&a, false);
	check_holds(line, "file=root.img,if=none,id=d1,format=raw,readonly=on -device "
			  "virtio-blk-pci,drive=d1,serial=root");
	free(line);
	line = NULL;
	assert_int_equal(qemu_args_cmdline(&a, &line), 0);
	check_holds(line, " seconds=10 root=1");
	free(line);
	json_decref((json_t *)a.workload.manifest.packages);
}

static void a_command_line_the_kernel_would_cut_is_refused(void **state)
{
	(void)state;
	struct attempt a = attempt_of(2, 2, 512);
	char long_line[QEMU_ARGS_CMDLINE_MAX];
	char *line = NULL;
	memset(long_line, 'x', sizeof(long_line) - 1);
	long_line[sizeof(long_line) - 1] = '\0';
	a.job.profile.cmdline = long_line;
	assert_true(qemu_args_cmdline(&a, &line) < 0);
	assert_null(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_nodes_share_memory_and_cpus),
		cmocka_unit_test(odd_numbers_lose_nothing),
		cmocka_unit_test(each_architecture_gets_its_machine),
		cmocka_unit_test(nodes_are_as_large_as_the_page_size_wants),
		cmocka_unit_test(kvm_is_for_the_hosts_own_architecture),
		cmocka_unit_test(a_qemu_that_was_named_is_for_the_hosts_own_architecture),
		cmocka_unit_test(people_get_the_console_and_no_monitor),
		cmocka_unit_test(the_guest_gets_its_orders_after_the_dashes),
		cmocka_unit_test(a_root_is_a_second_disk_that_nobody_writes_to),
		cmocka_unit_test(a_command_line_the_kernel_would_cut_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
