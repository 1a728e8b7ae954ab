/* Reports that begin with "WARNING:". */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* New kernels trap: the stack starts behind the faulting line. Old ones just print their stack. */
#define WARNING_STEPS STEPS(STEP_FAULT_OR_INTERRUPT, STEP_FRAMES)
#define WARNING_FALLBACK STEPS(STEP_TRACE, STEP_FRAMES)
#define WARNING_RECIPE(id, ...)                                                                    \
	static const struct recipe id = {                                                          \
		.steps = WARNING_STEPS, .fallback = WARNING_FALLBACK, .skip = STEPS(__VA_ARGS__)}

const struct recipe recipe_warning = {.steps = WARNING_STEPS, .fallback = WARNING_FALLBACK};

WARNING_RECIPE(usb_submit, "usb_bulk_msg", "usb_control_msg", "usb_interrupt_msg",
	"usb_start_wait_urb", "usb_submit_urb");
WARNING_RECIPE(odebug, "debug_", "rcu", "hrtimer_", "timer_");
WARNING_RECIPE(usercopy, "usercopy", "__check");
WARNING_RECIPE(kobject, "kobject_");
WARNING_RECIPE(proc, "proc_");
WARNING_RECIPE(refcount, "kobject_", "refcount");
WARNING_RECIPE(locking, "lock_sock", "release_sock", "lock");
WARNING_RECIPE(kmalloc, "kmalloc", "kcalloc", "kzalloc", "krealloc", "alloc_", "slab", "kmem");

static const struct recipe rcu_usage = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("rcu"),
};
static const struct recipe lock_trace = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("lock", "might_fault"),
};

static const struct recipe unsafe = {
	.steps = STEPS("which became *-safe at:", STEP_FRAMES),
};

#define AT "at: %P%f"

const struct format formats_warning[] = {
	{
		.title = "WARNING: *lib/debugobjects.c* {debug_print|debug_check}",
		.name = "WARNING: ODEBUG bug in $F",
		.recipe = &odebug,
	},
	{
		.title = "WARNING: *mm/usercopy.c* usercopy_warn",
		.name = "WARNING: bad usercopy in $F",
		.recipe = &usercopy,
	},
	{
		.title = "WARNING: *lib/kobject.c* kobject_",
		.name = "WARNING: kobject bug in $F",
		.recipe = &kobject,
	},
	{
		.title = "WARNING: *fs/proc/generic.c* proc_register",
		.name = "WARNING: proc registration bug in $F",
		.recipe = &proc,
	},
	{
		.title = "WARNING: *lib/refcount.c* refcount_",
		.name = "WARNING: refcount bug in $F",
		.recipe = &refcount,
	},
	{
		.title = "WARNING: *kernel/locking/lockdep.c*lock_",
		.name = "WARNING: locking bug in $F",
		.recipe = &locking,
	},
	{
		.title = "WARNING: *mm/*.c*{ kmalloc| kvmalloc| vmalloc| kzalloc| __kmalloc| "
			 "__vmalloc| krealloc}",
		.name = "WARNING: kmalloc bug in $F",
		.recipe = &kmalloc,
	},
	{
		.title = "WARNING: * usb_submit_urb",
		.name = "WARNING in $F/usb_submit_urb",
		.recipe = &usb_submit,
	},
	{
		.title = "WARNING: *at %l\nWARNING: * at %f\nWARNING: *%l at %f",
		.name = "WARNING in $F",
		.recipe = &recipe_warning,
	},
	{
		.title = "WARNING: possible circular locking dependency detected",
		.body = {"WARNING: possible circular", "is trying to acquire lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "WARNING: possible irq lock inversion dependency detected",
		.body = {"WARNING: possible irq", "just changed the state of lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "WARNING: *-safe -> *-unsafe lock order detected",
		.name = "possible deadlock in $F",
		.recipe = &unsafe,
	},
	{
		.title = "WARNING: possible recursive locking detected",
		.body = {"WARNING: possible recursive", "is trying to acquire lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "WARNING: Nested lock was not taken",
		.body = {"WARNING: Nested lock", "is trying to lock", AT},
		.name = "WARNING: nested lock was not taken in $1",
	},
	{
		.title = "WARNING: inconsistent lock state",
		.body = {"WARNING: inconsistent", "takes:", AT},
		.name = "inconsistent lock state in $1",
	},
	{
		.title = "WARNING: suspicious RCU usage",
		.name = "WARNING: suspicious RCU usage in $F",
		.recipe = &rcu_usage,
	},
	{
		.title = "WARNING: kernel stack regs at * has bad '%s' value",
		.name = "WARNING: kernel stack regs has bad '$1' value",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "WARNING: kernel stack frame pointer at * has bad value",
		.name = "WARNING: kernel stack frame pointer has bad value",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "WARNING: bad unlock balance detected!",
		.body = {"WARNING: bad unlock balance", "is trying to release lock", "^%_%P%f"},
		.name = "WARNING: bad unlock balance in $1",
	},
	{
		.title = "WARNING: held lock freed!",
		.body = {"WARNING: held lock freed!", AT},
		.name = "WARNING: held lock freed in $1",
	},
	{
		.title = "WARNING: * still has locks held!",
		.body = {"WARNING: * still has locks held!", AT},
		.name = "WARNING: still has locks held in $1",
	},
	{
		.title = "WARNING: lock held when returning to user space",
		.body = {"WARNING: lock held", "leaving the kernel with locks still held!", AT},
		.name = "WARNING: lock held when returning to user space in $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "WARNING: Invalid wait context",
		.name = "WARNING: locking bug in $F",
		.recipe = &lock_trace,
	},
	{
		.title = "WARNING: stack going in the wrong direction",
		.name = "WARNING: stack going in the wrong direction",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "WARNING:%_$",
		.name = "WARNING: corrupted",
		.flags = FORMAT_CORRUPTED,
	},
	{0},
};
