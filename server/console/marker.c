/* The markers: which lines make a report, in the order in which they are tried. */
#include "console/format.h"

#include <stddef.h>

#define VETO(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct marker markers[] = {
	{.text = "BUG:",
		.formats = formats_bug,
		.veto = VETO("ODEBUG:", "DEBUG:", "Internal error: Oops - BUG:")},
	{
		.text = "WARNING:",
		.formats = formats_warning,
		.veto = VETO("EXT4-fs", "XFS %(*): WARNING", "eBPF", "eIBRS",
			"fbcon:", "See https*mitigation", "uses deprecated v2 capabilities",
			"mand mount option", "_WARNING:"),
	},
	{
		.text = "INFO:",
		.formats = formats_info,
		.veto = VETO("lockdep is turned off", "NMI handler", "took too long",
			"recovery required", "Stall ended before state dump start",
			"_INFO:", ":INFO:"),
	},
	{.text = "Unable to handle kernel", .formats = formats_fault},
	{
		.text = "general protection fault",
		.formats = formats_fault,
		.veto = VETO("general protection fault* error:%d in ",
			"general protection fault ip:%x sp:%x error"),
	},
	{.text = "stack segment: ", .formats = formats_fault},
	{.text = "Kernel panic", .formats = formats_panic},
	{.text = "PANIC: double fault", .formats = formats_fault},
	{.text = "rust_kernel: panicked", .formats = formats_other},
	{.text = "kernel BUG", .formats = formats_fault},
	{.text = "Kernel BUG", .formats = formats_fault},
	{.text = "BUG kmalloc-", .formats = formats_bug},
	{.text = "divide error:", .formats = formats_fault},
	{.text = "divide_error:", .formats = formats_fault},
	{.text = "invalid opcode:", .formats = formats_fault},
	{.text = "int3:", .formats = formats_fault},
	{.text = "UBSAN:", .formats = formats_fault},
	{
		.text = "Booting the kernel.",
		.formats = formats_other,
		.veto = VETO("Parsing ELF", "Decompressing Linux", "Unknown parameter '"),
		.flags = MARKER_USERSPACE | MARKER_AT_START,
	},
	{
		.text = "unregister_netdevice: waiting for",
		.formats = formats_other,
	},
	{.text = "VFS: Close: file count is 0", .formats = formats_other},
	{.text = "VFS: Busy inodes after unmount", .formats = formats_other},
	{.text = "Internal error:", .formats = formats_fault},
	{.text = "Unhandled fault:", .formats = formats_fault},
	{.text = "Alignment trap:", .formats = formats_fault},
	{.text = "trusty: panic", .formats = formats_other},
	{
		.text = "fatal error:",
		.formats = formats_other,
		.flags = MARKER_USERSPACE | MARKER_AT_START,
	},
	{.text = "SYZFAIL:", .formats = formats_other, .flags = MARKER_USERSPACE | MARKER_AT_START},
	{.text = "SYZFATAL:",
		.formats = formats_other,
		.flags = MARKER_USERSPACE | MARKER_AT_START},
	{
		.text = "panic:",
		.formats = formats_other,
		.veto = VETO("_panic:", "ddb.onpanic:", "trusty:"),
		.flags = MARKER_USERSPACE | MARKER_AT_START,
	},
	{.text = "hard LOCKUP",
		.formats = formats_other,
		.must = "watchdog: {CPU|Watchdog detected}"},
	{.text = "Hard LOCKUP", .formats = formats_other, .must = "atchdog{:|} CPU*Hard LOCKUP"},
	{.text = ": Vector: ",
		.formats = formats_oops,
		.must = "^cpu 0x%x: Vector: {200|300|380|400|480|600|700} ",
		.flags = MARKER_MONITOR},
	/* The line that said what happened is lost, or is another one on this architecture. */
	{.text = "Oops: ", .formats = formats_oops, .must = "Oops: * [#%d]"},
	{.text = "Oops - ", .formats = formats_oops, .must = "Oops - * [#%d]"},
	{0},
};
