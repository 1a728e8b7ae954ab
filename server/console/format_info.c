/* Reports that begin with "INFO:": stalls, hung tasks, lockdep of old kernels. */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A stall is seen by the timer's interrupt: what matters stands below it. */
static const struct recipe rcu_stall = {
	.steps = STEPS(
		"apic_timer_interrupt\nExpired\nException stack\nhandle_percpu_devid_irq\nel1_irq\n"
		"--- {interrupt|Exception}: 90%d{ (Decrementer)|} at %f\n"
		"--- {interrupt|Exception}: 90%d",
		STEP_FRAMES),
	/* arm64 and POWER print the interrupted task itself; x86 without the interrupt lost lines
	 */
	.fallback = STEPS("^pc : %P%f\n^NIP %P%f\n^Task dump for CPU %d:", STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("apic_timer_interrupt", "rcu"),
	.pick = PICK_STALL,
};
static const struct recipe hung = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.pick = PICK_HUNG,
};
static const struct recipe static_key = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("stack", "lock", "IRQ", "assign_lock_key", "timer"),
};
static const struct recipe rcu_usage = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("rcu"),
};

static const struct recipe unsafe = {
	.steps = STEPS("which became *-safe at:", STEP_FRAMES),
};

#define AT "at: %P%f"
#define STALLED "INFO: rcu detected stall in $F"

const struct format formats_info[] = {
	{
		.title = "INFO: possible circular locking dependency detected",
		.body = {"INFO: possible circular", "is trying to acquire lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "INFO: possible irq lock inversion dependency detected",
		.body = {"INFO: possible irq", "just changed the state of lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "INFO: *-safe -> *-unsafe lock order detected",
		.name = "possible deadlock in $F",
		.recipe = &unsafe,
	},
	{
		.title = "INFO: possible recursive locking detected",
		.body = {"INFO: possible recursive", "is trying to acquire lock", AT},
		.name = "possible deadlock in $1",
	},
	{
		.title = "INFO: inconsistent lock state",
		.body = {"INFO: inconsistent", "takes:", AT},
		.name = "inconsistent lock state in $1",
	},
	{
		.title = "INFO: rcu_{preempt|sched|bh|tasks|tasks_rude|tasks_trace} "
			 "{self-|}detected{ expedited|} stall",
		.name = STALLED,
		.alt = "stall in $F",
		.recipe = &rcu_stall,
	},
	{
		.title = "INFO: trying to register non-static key",
		.name = "INFO: trying to register non-static key in $F",
		.recipe = &static_key,
	},
	{
		.title = "INFO: suspicious RCU usage",
		.name = "INFO: suspicious RCU usage in $F",
		.recipe = &rcu_usage,
	},
	{
		.title = "INFO: task * blocked for more than %d second",
		.name = "INFO: task hung in $F",
		.alt = "hang in $F",
		.recipe = &hung,
	},
	{
		/* The task's name may hold a newline. */
		.title = "INFO: task ",
		.body = {"INFO: task ", "blocked for more than %d second"},
		.name = "INFO: task hung in $F",
		.alt = "hang in $F",
		.recipe = &hung,
	},
	{
		.title = "INFO: task * can't die for more than * second",
		.name = "INFO: task can't die in $F",
		.alt = "hang in $F",
		.recipe = &hung,
	},
	{
		/* Parts of a report whose beginning was lost. */
		.title = "INFO: {Object|Slab|Allocated in|Freed in} ",
		.body = {"INFO: %r"},
		.name = "INFO: $1",
		.flags = FORMAT_CORRUPTED,
	},
	{
		.title = "INFO:%_$",
		.name = "INFO: corrupted",
		.flags = FORMAT_CORRUPTED,
	},
	{0},
};
