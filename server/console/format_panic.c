/* Kernel panics that are the first thing seen. Those that follow another report belong to it. */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct recipe overflow = {
	.steps = STEPS(STEP_FAULT, STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
	.pick = PICK_STALL,
};
static const struct recipe smashed = {
	.steps = STEPS("Kernel stack is corrupted in: %f", STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("stack_chk"),
};

#define PANIC "Kernel panic - not syncing: "

const struct format formats_panic[] = {
	{
		.title = PANIC "stack-protector:",
		.name = "kernel panic: stack is corrupted in $F",
		.recipe = &smashed,
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = PANIC "corrupted stack end",
		.name = "kernel panic: corrupted stack end in $F",
		.alt = "stack-overflow in $F",
		.recipe = &overflow,
	},
	{
		.title = PANIC "kernel stack overflow\n" PANIC "Kernel stack overflow",
		.name = "kernel stack overflow in $F",
		.alt = "stack-overflow in $F",
		.recipe = &overflow,
	},
	{
		/* What belongs to a report whose header was lost. */
		.title = PANIC
		"(Fatal exception|hung_task: blocked tasks|panic_on_warn set|panic_on_oops set)",
		.name = "kernel panic: $1",
		.flags = FORMAT_CORRUPTED,
	},
	{
		.title = PANIC "Attempted to kill init!",
		.name = "kernel panic: Attempted to kill init!",
	},
	{
		.title = PANIC "Couldn't open N_TTY ldisc for %S --- error",
		.name = "kernel panic: Couldn't open N_TTY ldisc",
	},
	{
		.title = PANIC "%r",
		.name = "kernel panic: $1",
	},
	{0},
};
