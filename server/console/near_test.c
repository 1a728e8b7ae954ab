/* Which paths are near a crash. */
#include "console/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define FRAME(f, s)                                                                                \
	{                                                                                          \
		.function = f, .file = s, .is_reliable = true                                      \
	}
#define NEAR(...)                                                                                  \
	near_of((const struct console_frame[]){__VA_ARGS__},                                       \
		sizeof((const struct console_frame[]){__VA_ARGS__}) /                              \
			sizeof(struct console_frame))

static struct near *near_of(const struct console_frame *frames, size_t n)
{
	struct near *near = near_new();
	near_add(near, frames, n);
	return near;
}

static void the_folders_of_its_frames_are_near(void **state)
{
	(void)state;
	struct near *near = NEAR(FRAME("dump_stack", "lib/dump_stack.c"),
		FRAME("put_page", "include/linux/mm.h"),
		FRAME("iomap_page_release", "fs/iomap/buffered-io.c"),
		FRAME("migrate_pages", "./mm/migrate.c"));
	assert_int_equal(near_by(near), NEAR_FILES);
	assert_int_equal(near_size(near, "fs/iomap/seek.c"), 9);
	assert_int_equal(near_size(near, "fs/iomap/deeper/x.c"), 9);
	assert_int_equal(near_size(near, "mm/filemap.c"), 3);
	assert_int_equal(near_size(near, "fs/ext4/inode.c"), 0);
	assert_int_equal(near_size(near, "lib/bitmap.c"), 0);
	assert_int_equal(near_size(near, "include/linux/fs.h"), 0);
	near_free(near);
}

static void a_top_folder_does_not_stand_for_what_lies_below(void **state)
{
	(void)state;
	struct near *near = NEAR(FRAME("vfs_read", "fs/read_write.c"));
	assert_int_equal(near_size(near, "fs/open.c"), 3);
	assert_int_equal(near_size(near, "fs/xfs/xfs_file.c"), 0);
	near_free(near);
}

static void functions_have_to_do_where_no_file_is_known(void **state)
{
	(void)state;
	struct near *near = NEAR(FRAME("__iomap_page_release", NULL), FRAME("migrate_pages", NULL),
		FRAME("do_syscall_64", NULL), FRAME("kthread_worker", NULL), FRAME("kthread", NULL),
		{.function = "ext4_readpage", .is_reliable = false});
	assert_int_equal(near_by(near), NEAR_FUNCTIONS);
	assert_int_equal(near_size(near, "fs/iomap/seek.c"), 9);
	assert_int_equal(near_size(near, "fs/iomap.c"), 10);
	assert_int_equal(near_size(near, "mm/migrate.c"), 12);
	assert_int_equal(near_size(near, "fs/ext4/inode.c"), 0);
	assert_int_equal(near_size(near, "kernel/kthread.c"), 0);
	assert_int_equal(near_size(near, "do/x.c"), 0);
	near_free(near);
}

static void without_frames_nothing_is_near(void **state)
{
	(void)state;
	struct near *near = near_new();
	assert_int_equal(near_by(near), NEAR_UNKNOWN);
	assert_int_equal(near_size(near, "mm/filemap.c"), 0);
	near_free(near);
	near_free(NULL);
}

static void frames_far_out_do_not_count(void **state)
{
	(void)state;
	struct console_frame frames[NEAR_FRAMES + 1] = {
		[NEAR_FRAMES] = FRAME("f", "net/ipv4/ip.c")};
	struct near *near = near_of(frames, NEAR_FRAMES + 1);
	assert_int_equal(near_by(near), NEAR_UNKNOWN);
	near_free(near);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_top_folder_does_not_stand_for_what_lies_below),
		cmocka_unit_test(frames_far_out_do_not_count),
		cmocka_unit_test(functions_have_to_do_where_no_file_is_known),
		cmocka_unit_test(the_folders_of_its_frames_are_near),
		cmocka_unit_test(without_frames_nothing_is_near),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
