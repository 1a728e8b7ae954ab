/* Faults and traps: reports whose header is the processor's word for what went wrong. */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FAULT_RECIPE(id, ...)                                                                      \
	static const struct recipe id = {.steps = STEPS(STEP_FAULT, STEP_TRACE, STEP_FRAMES),      \
		.fallback = STEPS(STEP_TRACE, STEP_FRAMES),                                        \
		.skip = STEPS(__VA_ARGS__)}

FAULT_RECIPE(usercopy, "usercopy", "__check_");
FAULT_RECIPE(list, "__list_", "list_");
FAULT_RECIPE(skb, "^skb_", "^__skb");
FAULT_RECIPE(string, "fortify_panic");

static const struct recipe overflow = {
	.steps = STEPS(STEP_FAULT, STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
	.pick = PICK_STALL,
};
static const struct recipe ubsan = {
	.steps = STEPS(STEP_TRACE, STEP_FRAMES),
	.skip = STEPS("overflow", "ubsan"),
};

#define BAD_ACCESS "bad-access in $F"

const struct format formats_fault[] = {
	{
		.title = "Unable to handle kernel (paging request|NULL pointer dereference|access "
			 "to user memory)",
		.name = "BUG: unable to handle kernel $1 in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "Unable to handle kernel {data access|unaligned access|instruction fetch|"
			 "unknown paging fault|execution of user memory|access to user memory|"
			 "read from unreadable memory|write to read-only memory|execute from "
			 "non-executable memory|pointer dereference}",
		.name = "BUG: unable to handle kernel paging request in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "general protection fault",
		.name = "general protection fault in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "stack segment: ",
		.name = "stack segment fault in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "kernel BUG at *mm/usercopy.c",
		.name = "BUG: bad usercopy in $F",
		.recipe = &usercopy,
	},
	{
		.title = "kernel BUG at *lib/list_debug.c",
		.name = "BUG: corrupted list in $F",
		.alt = BAD_ACCESS,
		.recipe = &list,
	},
	{
		.title = "kernel BUG at *net/core/skbuff.c\nkernel BUG at *include/linux/skbuff.h",
		.name = "kernel BUG in $F",
		.recipe = &skb,
	},
	{
		.title = "kernel BUG at *lib/string",
		.name = "kernel BUG in $F",
		.recipe = &string,
	},
	{
		/* riscv has but "Kernel BUG [#1]" where the first line was lost. */
		.title = "{kernel|Kernel} BUG at \nKernel BUG [#%d]",
		.name = "kernel BUG in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "divide error:\ndivide_error:",
		.name = "divide error in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "invalid opcode:",
		.name = "invalid opcode in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "int3:",
		.name = "int3 in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "PANIC: double fault",
		.name = "PANIC: double fault in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "Internal error:",
		.name = "Internal error in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "Unhandled fault:",
		.name = "Unhandled fault in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "Alignment trap:",
		.name = "Alignment trap in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "UBSAN: array-index-out-of-bounds",
		.name = "UBSAN: array-index-out-of-bounds in $F",
		.alt = BAD_ACCESS,
		.recipe = &ubsan,
	},
	{
		.title = "UBSAN: Undefined behaviour in",
		.name = "UBSAN: undefined-behaviour in $F",
		.recipe = &ubsan,
	},
	{
		.title = "UBSAN: %w in",
		.name = "UBSAN: $1 in $F",
		.recipe = &ubsan,
	},
	{0},
};

/* Where the header was lost, POWER's second line still says what kind of fault it was. */
const struct format formats_oops[] = {
	{
		.title = "Oops: Kernel access of bad area",
		.name = "BUG: unable to handle kernel paging request in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = "Oops: Exception in kernel mode, sig: 5",
		.name = "kernel BUG in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "Oops: Kernel stack overflow",
		.name = "kernel stack overflow in $F",
		.alt = "stack-overflow in $F",
		.recipe = &overflow,
	},
	{
		.title = ": Vector: {300|380|400|480|600} ",
		.name = "BUG: unable to handle kernel paging request in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{
		.title = ": Vector: 700 ",
		.name = "kernel BUG in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "Oops: Machine check\n: Vector: 200 ",
		.name = "machine check in $F",
		.recipe = &recipe_fault,
	},
	{
		.title = "Oops{:| -} ",
		.name = "Oops in $F",
		.alt = BAD_ACCESS,
		.recipe = &recipe_fault,
	},
	{0},
};
