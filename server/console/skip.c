/* The general list: sanitizers and whoever reports, dumps and warns; allocators; locks, atomics and
 * bit operations; memory, string, format and print functions; copies to and from user space; lists,
 * trees, references and kernel objects; timers, queued work and waits; devices that come and go;
 * ports and mapped registers; look-ups of pages; the architectures' ways into a fault. A name that
 * contains one of these parts is passed over when the guilty function is looked for. Kept as parts,
 * not whole names, since helpers come in many spellings. */
#include "console/skip.h"

#include <stddef.h>
#include <string.h>

enum { KEY = 3 /* letters by which a part is looked up; none is shorter */ };

/* Sorted by what follows "^", so that all that begin with the same letters stand together. */
static const char *const parts[] = {
	"__asan",
	"__cancel_work",
	"__check_heap_object",
	"__check_object_size",
	"__hwasan",
	"__list_",
	"__lock_acquire",
	"^__mutex_",
	"__phys_addr",
	"__raw_read",
	"__raw_write",
	"__rb_",
	"^__rt_mutex",
	"__sanitizer",
	"__tsan",
	"__ubsan",
	"__unregister_client",
	"__virt_to",
	"__wake_up",
	"__warn",
	"_indirect_thunk",
	"_trap$",
	"^add_timer",
	"add_uevent_var",
	"alloc_page",
	"allocate_slab",
	"arch_stack_walk",
	"arm_copy_",
	"asm_exc",
	"assertfail",
	"atomic64_",
	"atomic_",
	"bad_area",
	"bad_page",
	"bad_page_fault",
	"bcmp",
	"bit_spin_lock",
	"brk_handler",
	"bug_handler",
	"call_break_hook",
	"calloc",
	"cancel_delayed_work",
	"cancel_work_sync",
	"change_bit",
	"check_bytes_and_report",
	"check_memory_region",
	"check_preemption_disabled",
	"check_region_inline",
	"clear_bit",
	"clear_user",
	"cmpxchg",
	"^complete$",
	"complete_all",
	"copy_from_iter",
	"copy_from_kernel",
	"copy_from_user",
	"copy_page",
	"copy_to_iter",
	"copy_to_kernel",
	"copy_to_user",
	"copy_tofrom_user",
	"copy_user_",
	"copyin",
	"copyout",
	"^crc",
	"csum_and_copy",
	"data_access_common",
	"debug_check",
	"debug_exception",
	"debug_object",
	"debug_print",
	"^del_timer",
	"destroy_workqueue",
	"dev_alert",
	"dev_crit",
	"dev_emerg",
	"dev_err",
	"dev_info",
	"dev_notice",
	"dev_printk",
	"dev_warn",
	"device_add",
	"device_del",
	"device_destroy",
	"device_for_each_child",
	"device_release",
	"device_remove_file",
	"device_unregister",
	"devres_",
	"^die$",
	"die_kernel_fault",
	"do_DataAbort",
	"do_PrefetchAbort",
	"do_alignment_fault",
	"do_bad_area",
	"do_error",
	"do_kernel_fault",
	"do_mem_abort",
	"do_page_fault",
	"do_sea",
	"do_tag_check_fault",
	"do_translation_fault",
	"do_trap",
	"do_undefinstr",
	"down_read",
	"down_trylock",
	"down_write",
	"dpm_sysfs",
	"dput$",
	"drain_workqueue",
	"dump_backtrace",
	"dump_page",
	"dump_stack",
	"el1_",
	"el1h_64",
	"^exc_",
	"filemap_get_folio",
	"find_get_entry",
	"find_lock_page",
	"finish_wait",
	"fixup_bug",
	"flush_work",
	"folio_alloc",
	"fortify_panic",
	"fortify_report",
	"free_large_kmalloc",
	"general_protection",
	"get_device_parent",
	"get_free_pages",
	"get_user_1",
	"get_user_2",
	"get_user_4",
	"get_user_8",
	"get_user_nocheck",
	"^handle_bug$",
	"handle_page_fault",
	"hash__do_page",
	"hex_dump_to_buffer",
	"hex_string",
	"hwrng_unregister",
	"i2c_del_adapter",
	"^inb$",
	"^inl$",
	"insert_work",
	"invalid_op",
	"^inw$",
	"^ioread",
	"^iowrite",
	"iput$",
	"iterate_and_advance",
	"kasan",
	"kasprintf",
	"kcsan",
	"kfence",
	"kfree",
	"kmem_cache",
	"kmemdup",
	"kmsan",
	"kobject",
	"krealloc",
	"kref_",
	"kstrdup",
	"kthread_stop",
	"kvasprintf",
	"kvfree",
	"list_add",
	"list_del",
	"list_move",
	"list_replace",
	"list_splice",
	"^llist_",
	"lock_acquire",
	"lock_class",
	"lock_downgrade",
	"lock_is_held",
	"lock_release",
	"lock_timer_base",
	"lockdep",
	"logic_in",
	"logic_out",
	"malloc",
	"memchr",
	"memcmp",
	"memcpy",
	"memdup",
	"memmove",
	"memscan",
	"memset",
	"might_fault",
	"might_sleep",
	"mmiocpy",
	"mmioset",
	"mod_timer",
	"^mutex_",
	"native_queued",
	"netdev_err",
	"netdev_info",
	"netdev_warn",
	"new_slab",
	"no_context",
	"object_err",
	"oops_",
	"osq_lock",
	"osq_unlock",
	"^outb$",
	"^outl$",
	"^outw$",
	"owner_on_cpu",
	"page_fault",
	"page_fault_oops",
	"pagecache_get_page",
	"panic",
	"perf_trace",
	"phys_addr",
	"pointer$",
	"prepare_to_wait",
	"print_address_description",
	"print_hex_dump",
	"print_report",
	"print_trailer",
	"print_usage_bug",
	"printk",
	"program_check",
	"put_user_1",
	"put_user_2",
	"put_user_4",
	"put_user_8",
	"put_user_nocheck",
	"pv_queued",
	"queue_delayed_work",
	"queue_work",
	"queued_read",
	"queued_spin",
	"queued_write",
	"raw_copy_",
	"raw_read_lock",
	"raw_spin_",
	"raw_write_lock",
	"rb_erase",
	"rb_insert",
	"reacquire_held_locks",
	"read_lock",
	"read_unlock",
	"^readb$",
	"^readl$",
	"^readw$",
	"ref_tracker",
	"refcount",
	"register_lock_class",
	"report_bug",
	"retpoline",
	"rollback_registered",
	"^rt_mutex",
	"rt_spin_lock",
	"rwlock_bug",
	"rwsem",
	"save_stack",
	"scnprintf",
	"seqprop_",
	"set_bit",
	"show_regs",
	"show_stack",
	"sk_stop_timer",
	"slab_",
	"slab_err",
	"snprintf",
	"spin_bug",
	"spin_dump",
	"spin_lock",
	"spin_unlock",
	"^sprintf",
	"stack_trace_",
	"strcasecmp",
	"strcat",
	"strchr",
	"strcmp",
	"strcpy",
	"strcspn",
	"string",
	"strlcat",
	"strlcpy",
	"strlen",
	"strncmp",
	"strncpy",
	"strncpy_from_user",
	"strndup",
	"strnlen",
	"strnstr",
	"strpbrk",
	"strrchr",
	"strscpy",
	"strsep",
	"strspn",
	"strstr",
	"swait_",
	"sysfs_remove",
	"task_rq_lock",
	"test_bit",
	"timer_delete",
	"timer_is_static_object",
	"timer_shutdown",
	"trace_hardirqs",
	"try_to_del_timer",
	"try_to_grab_pending",
	"tty_unregister_device",
	"^unregister_netdev$",
	"unregister_netdevice_queue",
	"up_read",
	"up_write",
	"usb_bulk_msg",
	"usb_control_msg",
	"usb_interrupt_msg",
	"usb_kill_anchored",
	"usb_kill_urb",
	"usb_poison",
	"usb_start_wait_urb",
	"usb_submit_urb",
	"va_format",
	"vfree",
	"virt_to_phys",
	"vunmap",
	"wait_for_common",
	"wait_for_completion",
	"^wake_up$",
	"warn_alloc",
	"warn_bogus",
	"warn_slowpath",
	"work_is_static_object",
	"write_lock",
	"write_unlock",
	"^writeb$",
	"^writel$",
	"^writew$",
	"xchg",
	"zalloc",
};

/* `wanted` may end with "$". */
static bool begins(const char *wanted, struct text function)
{
	size_t size = strlen(wanted);
	bool at_end = wanted[size - 1] == '$';
	size -= at_end ? 1 : 0;
	return function.size >= size && memcmp(wanted, function.at, size) == 0 &&
	       (!at_end || function.size == size);
}

bool skip_fits(const char *pattern, struct text function)
{
	if (*pattern == '^') {
		return begins(pattern + 1, function);
	}
	for (size_t i = 0; i < function.size; i++) {
		struct text rest = {function.at + i, function.size - i};
		if (*rest.at == *pattern && begins(pattern, rest)) {
			return true;
		}
	}
	return false;
}

static const char *letters(size_t part)
{
	return parts[part] + (parts[part][0] == '^' ? 1 : 0);
}

/* The first KEY letters as a number, in the order of the list. */
static unsigned key(const char *at)
{
	return (unsigned)(unsigned char)at[0] << 16 | (unsigned)(unsigned char)at[1] << 8 |
	       (unsigned char)at[2];
}

/* The first part whose letters are not below those at `at`. */
static size_t lower_bound(const char *at)
{
	const unsigned wanted = key(at);
	size_t low = 0;
	size_t high = sizeof(parts) / sizeof(parts[0]);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (key(letters(middle)) < wanted) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

bool skip_general(struct text function)
{
	for (size_t i = 0; i + KEY <= function.size; i++) {
		struct text rest = {function.at + i, function.size - i};
		size_t part = lower_bound(rest.at);
		while (part < sizeof(parts) / sizeof(parts[0]) &&
			key(letters(part)) == key(rest.at)) {
			bool is_here = parts[part][0] != '^' || i == 0;
			if (is_here && begins(letters(part), rest)) {
				return true;
			}
			part++;
		}
	}
	return false;
}

bool skip_is_sorted(void)
{
	for (size_t i = 1; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(letters(i - 1), letters(i)) >= 0 || strlen(letters(i)) < KEY) {
			return false;
		}
	}
	return true;
}
