/* Reports of few words and no stack, and those of the fuzzer's own programs. */
#include "console/format.h"

#include <stddef.h>

#define STEPS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const struct recipe hard_lockup = {
	.steps = STEPS("hard LOCKUP @ %f", STEP_FAULT, STEP_TRACE, STEP_FRAMES),
	.fallback = STEPS(STEP_TRACE, STEP_FRAMES),
	.pick = PICK_STALL,
};

const struct format formats_other[] = {
	{
		.title = "^Booting the kernel.",
		.name = "unexpected kernel reboot",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "unregister_netdevice: waiting for * to become free",
		.name = "unregister_netdevice: waiting for DEV to become free",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "VFS: Close: file count is 0",
		.name = "VFS: Close: file count is zero (use-after-free)",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "VFS: Busy inodes after unmount",
		.name = "VFS: Busy inodes after unmount (use-after-free)",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "{hard|Hard} LOCKUP",
		.name = "BUG: hard lockup in $F",
		.alt = "stall in $F",
		.recipe = &hard_lockup,
	},
	{
		.title = "rust_kernel: panicked at %l",
		.name = "rust_kernel: panicked at $1",
	},
	{
		.title = "trusty: panic*ASSERT FAILED at %(*):%_$",
		.name = "trusty: ASSERT FAILED:",
		.flags = FORMAT_CORRUPTED,
	},
	{
		.title = "trusty: panic*ASSERT FAILED at %(*): %r",
		.name = "trusty: ASSERT FAILED: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "trusty: panic %(caller %x): %r",
		.name = "trusty: panic: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "SYZFAIL: %r",
		.name = "SYZFAIL: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "SYZFATAL: %r",
		.name = "SYZFATAL: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "panic: %r",
		.name = "panic: $1",
		.flags = FORMAT_NO_STACK,
	},
	{
		.title = "fatal error: ",
		.name = "go runtime error",
		.flags = FORMAT_NO_STACK,
	},
	{0},
};
