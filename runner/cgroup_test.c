/* /proc as it looks on machines of each kind. What the kernel does with a group, bounds_test.c
 * tries where it may. */
#include "runner/cgroup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

static const char unified_groups[] = "0::/system.slice/faultline-runner.service\n";
static const char unified_mounts[] =
	"22 28 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw\n"
	"30 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

static const char old_groups[] = "5:cpu,cpuacct:/batch\n4:memory:/process/deed\n"
				 "8:pids:/\n1:name=systemd:/\n0::/\n";
static const char old_mounts[] =
	"31 30 0:27 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
	"32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	"36 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
	"40 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids\n";

/* A container that sees nothing but its own part. */
static const char part_groups[] = "4:memory:/docker/4be1\n8:pids:/docker/4be1/inner\n";
static const char part_mounts[] =
	"36 31 0:32 /docker/4be1 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
	"40 31 0:36 /docker/4be1 /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids\n";

static void assert_found(
	const char *groups, const char *mounts, const char *controller, const char *want)
{
	char *found = cgroup_find(groups, mounts, controller);
	if (want == NULL) {
		assert_null(found);
	} else {
		assert_non_null(found);
		assert_string_equal(found, want);
	}
	free(found);
}

static void the_unified_hierarchy_is_one_folder(void **state)
{
	(void)state;
	assert_found(unified_groups, unified_mounts, NULL,
		"/sys/fs/cgroup/system.slice/faultline-runner.service");
	assert_found(unified_groups, unified_mounts, "memory", NULL);
}

static void older_hierarchies_have_a_folder_each(void **state)
{
	(void)state;
	assert_found(old_groups, old_mounts, "memory", "/sys/fs/cgroup/memory/process/deed");
	assert_found(old_groups, old_mounts, "pids", "/sys/fs/cgroup/pids");
	assert_found(old_groups, old_mounts, "cpu", "/sys/fs/cgroup/cpu,cpuacct/batch");
	assert_found(old_groups, old_mounts, "io", NULL);
	assert_found(old_groups, old_mounts, NULL, NULL);
}

static void a_part_of_a_hierarchy_is_seen_where_it_is_mounted(void **state)
{
	(void)state;
	assert_found(part_groups, part_mounts, "memory", "/sys/fs/cgroup/memory");
	assert_found(part_groups, part_mounts, "pids", "/sys/fs/cgroup/pids/inner");
	assert_found("4:memory:/docker/other\n", part_mounts, "memory", NULL);
	assert_found("4:memory:/docker/4be12\n", part_mounts, "memory", NULL);
}

static void where_nothing_is_mounted_nothing_is_bounded(void **state)
{
	(void)state;
	struct cgroup_home home;
	assert_int_equal(cgroup_settle_as(&home, "", ""), CGROUP_ABSENT);
	cgroup_home_fini(&home);
	assert_int_equal(
		cgroup_settle_as(&home, "nonsense\n0::", "more - nonsense\n"), CGROUP_ABSENT);
	cgroup_home_fini(&home);
	assert_int_equal(cgroup_settle_as(&home, "4:memory:/\n8:pids:/\n0::/\n",
				 "1 2 0:3 / /nonexistent rw - cgroup cgroup rw,memory,pids\n"
				 "1 2 0:3 / /nonexistent rw - cgroup2 cgroup2 rw\n"),
		CGROUP_ABSENT);
	cgroup_home_fini(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_unified_hierarchy_is_one_folder),
		cmocka_unit_test(older_hierarchies_have_a_folder_each),
		cmocka_unit_test(a_part_of_a_hierarchy_is_seen_where_it_is_mounted),
		cmocka_unit_test(where_nothing_is_mounted_nothing_is_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
