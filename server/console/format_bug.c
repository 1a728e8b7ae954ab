/* Reports that begin with "BUG:". */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct recipe recipe_fault = {
	.steps = STEPS(STEP_FAULT, STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
};
const struct recipe recipe_trace = {.steps = STEPS(STEP_TRACE, STEP_FRAMES)};

static const struct recipe kasan = {
	.steps = STEPS("BUG: KASAN: * in %f", STEP_TRACE, STEP_FRAMES),
};
static const struct recipe kmsan = {
	.steps = STEPS("BUG: KMSAN: * in %f", STEP_FRAMES),
	.skip = STEPS("alloc_skb", "_encrypt$", "_decrypt$", "cipher", "^crypto_", "cmac", "^drbg_",
		"^rng_", "netlink_ack", "netlink_rcv_skb"),
};
static const struct recipe kmsan_usb = {
	.steps = STEPS("BUG: KMSAN: * in %f", STEP_FRAMES, "Uninit was created at", STEP_FRAMES),
	.skip = STEPS("alloc_skb", "netlink_ack", "netlink_rcv_skb", "usb_bulk_msg",
		"usb_control_msg", "usb_interrupt_msg", "usb_start_wait_urb", "usb_submit_urb"),
};
static const struct recipe kfence = {
	.steps = STEPS("BUG: KFENCE: * in %f", STEP_FRAMES),
};
static const struct recipe spinlock = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("spin_", "rwlock_", "_lock$"),
};
static const struct recipe stall = {
	.steps = STEPS(STEP_FAULT, STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
	.pick = PICK_STALL,
};
static const struct recipe locked = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("lock", "might_fault"),
};
static const struct recipe atomic = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("schedule", "might_resched"),
};
static const struct recipe preemptible = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("dump_stack", "preemption", "preempt", "debug_smp_processor_id", "this_cpu"),
};
static const struct recipe bad_page = {
	.steps = STEPS("page last allocated", STEP_FRAMES),
	.skip = STEPS("^__folio", "^filemap_", "^folio", "^free_", "^get_page", "^page_",
		"^post_alloc", "^prep_", "^read_", "^set_page", "alloc", "pagecache", "swap_",
		"vma_"),
};
static const struct recipe leak = {
	.steps = STEPS("backtrace:\nbacktrace %(crc %x):", STEP_FRAMES),
	.skip = STEPS("^create_object$", "kmemleak", "kstrdup", "mempool_", "alloc_skb",
		"alloc_percpu", "usb_alloc_urb", "idr_", "ida_", "radix_tree_node_alloc"),
};

#define BAD_ACCESS "bad-access in $F"
#define PAGING "BUG: unable to handle kernel paging request in $F"
#define NULL_POINTER "BUG: unable to handle kernel NULL pointer dereference in $F"

const struct format formats_bug[] = {
	{
		.title = "BUG: KASAN: {double-free or invalid-free|double-free|invalid-free} in ",
		.name = "KASAN: invalid-free in $F",
		.alt = "invalid-free in $F",
		.recipe = &kasan,
	},
	{
		.title = "BUG: KASAN:",
		.body = {"BUG: KASAN: %w in %f", "(Read|Write) {of size|at addr} %x"},
		.name = "KASAN: $1 $3 in $F",
		.alt = BAD_ACCESS,
		.recipe = &kasan,
	},
	{
		.title = "BUG: KASAN:",
		.body = {"BUG: KASAN: %w on address", "(Read|Write) of size %x"},
		.name = "KASAN: $1 $2",
	},
	{
		.title = "BUG: KASAN: %r",
		.name = "KASAN: $1",
		.flags = FORMAT_CORRUPTED,
	},
	{
		.title = "BUG: KMSAN: kernel-usb-infoleak",
		.name = "KMSAN: kernel-usb-infoleak in $F",
		.alt = "KMSAN origin in $G",
		.recipe = &kmsan_usb,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: KMSAN:",
		.body = {"BUG: KMSAN: %w in %f"},
		.name = "KMSAN: $1 in $F",
		.alt = BAD_ACCESS,
		.recipe = &kmsan,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: KCSAN: %r",
		.name = "KCSAN: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: KFENCE: (use-after-free|out-of-bounds|invalid) (read|write) in ",
		.name = "KFENCE: $1 $2 in $F",
		.alt = BAD_ACCESS,
		.recipe = &kfence,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: KFENCE: invalid free in ",
		.name = "KFENCE: invalid free in $F",
		.alt = "invalid-free in $F",
		.recipe = &kfence,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: KFENCE: memory corruption in ",
		.name = "KFENCE: memory corruption in $F",
		.recipe = &kfence,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: {unable|Unable} to handle kernel paging request\n"
			 "BUG: unable to handle page fault for address\n"
			 "BUG: Unable to handle kernel {data access|instruction fetch|unaligned "
			 "access}\n"
			 "Unable to handle kernel data access",
		.name = PAGING,
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "BUG: {unable to handle |}{kernel|Kernel} NULL pointer dereference",
		.name = NULL_POINTER,
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		/* Sometimes the message is cut in two and the second half is lost. */
		.title = "BUG: unable to handle kernel",
		.name = "BUG: unable to handle kernel",
		.flags = FORMAT_CORRUPTED,
	},
	{
		.title = "BUG: (spinlock|rwlock) {lockup suspected|already unlocked|recursion|bad "
			 "magic|wrong "
			 "owner|wrong CPU|cpu recursion|trylock failure|lockup}",
		.body = {"BUG: (spinlock|rwlock) (lockup suspected|already unlocked|recursion|bad "
			 "magic|wrong "
			 "owner|wrong CPU|cpu recursion|trylock failure|lockup)"},
		.name = "BUG: $1 $2 in $F",
		.recipe = &spinlock,
	},
	{
		.title = "BUG: soft lockup",
		.name = "BUG: soft lockup in $F",
		.alt = "stall in $F",
		.recipe = &stall,
	},
	{
		.title = "BUG: * still has locks held!",
		.body = {"BUG: * still has locks held!", "at: %P%f"},
		.name = "BUG: still has locks held in $1",
	},
	{
		.title = "BUG: * lock held when returning to user space",
		.body = {"lock held when returning", "leaving the kernel with locks still held!",
			"at: %P%f"},
		.name = "BUG: lock held when returning to user space in $1",
	},
	{
		.title = "BUG: bad unlock balance detected!",
		.body = {"BUG: bad unlock balance detected!", "is trying to release lock",
			"^%_%P%f"},
		.name = "BUG: bad unlock balance in $1",
	},
	{
		.title = "BUG: held lock freed!",
		.body = {"BUG: held lock freed!", "at: %P%f"},
		.name = "BUG: held lock freed in $1",
	},
	{
		.title = "BUG: Invalid wait context",
		.name = "WARNING: locking bug in $F",
		.recipe = &locked,
	},
	{
		.title = "BUG: Bad rss-counter state",
		.name = "BUG: Bad rss-counter state",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: non-zero (nr_ptes|nr_pmds|pgtables_bytes) on freeing mm",
		.name = "BUG: non-zero $1 on freeing mm",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: Dentry * still in use %(%d) [unmount of %s]",
		.name = "BUG: Dentry still in use in unmount",
		.alt = "BUG: Dentry still in use [unmount of $2]",
	},
	{
		.title = "BUG: Bad page state",
		.name = "BUG: Bad page state in $F",
		.recipe = &bad_page,
	},
	{
		.title = "BUG: Bad page cache",
		.name = "BUG: Bad page cache in $F",
		.recipe = &bad_page,
	},
	{
		.title = "BUG: Bad page map",
		.name = "BUG: Bad page map",
	},
	{
		.title = "BUG: workqueue lockup",
		.name = "BUG: workqueue lockup",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: workqueue leaked (lock or atomic|atomic, lock or RCU)",
		.body = {"BUG: workqueue leaked", "last function: %i"},
		.name = "BUG: workqueue leaked lock or atomic in $1",
	},
	{
		.title = "BUG: scheduling while atomic",
		.name = "BUG: scheduling while atomic in $F",
		.recipe = &atomic,
	},
	{
		.title = "BUG: sleeping function called from invalid context",
		.name = "BUG: sleeping function called from invalid context in $F",
		.recipe = &atomic,
	},
	{
		.title = "BUG: using %i%() in preemptible",
		.name = "BUG: using $1() in preemptible code in $F",
		.recipe = &preemptible,
	},
	{
		.title = "BUG: memory leak",
		.name = "memory leak in $F",
		.recipe = &leak,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG: stack guard page was hit\nBUG: * stack guard page was hit",
		.name = "BUG: stack guard page was hit in $F",
		.alt = "stack-overflow in $F",
		.recipe = &stall,
	},
	{
		.title = "BUG kmalloc-*: Object already free",
		.name = "BUG: Object already free",
	},
	{
		.title = "BUG: MAX_STACK_TRACE_ENTRIES too low!\nBUG: MAX_LOCKDEP_* too low!",
		.body = {"BUG: %r"},
		.name = "BUG: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "BUG:%_$",
		.name = "BUG: corrupted",
		.flags = FORMAT_CORRUPTED,
	},
	{0},
};
