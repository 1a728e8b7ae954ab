/* User space prints what it likes, the kernel's own words among it. */
#include "console/believe.h"

#include <ctype.h>
#include <string.h>

enum { PROGRAM_MAX = 32 /* letters of a program's name before "[12]: " */ };

/* "systemd[1]: …": a program wrote to the kernel's log or to the console. */
static bool is_program(struct text text)
{
	size_t i = 0;
	while (i < text.size && i < PROGRAM_MAX && text.at[i] > ' ' && text.at[i] != '[') {
		i++;
	}
	return i > 0 && match_line("^[%d]: ", (struct text){text.at + i, text.size - i}, NULL);
}

bool believe_kernel(const struct marker *marker, const struct line_head *head, bool has_stamps)
{
	if (head->is_userspace || is_program(head->text)) {
		return false;
	}
	bool lacks_stamp = has_stamps && !head->is_kernel;
	return !lacks_stamp || (marker->flags & (MARKER_USERSPACE | MARKER_MONITOR));
}

bool believe_inside(struct text text)
{
	return match_line("Kernel panic - not syncing\nInternal error:\nOops{:| -} * "
			  "[#%d]\n{hard|Hard} LOCKUP\n"
			  "^cpu 0x%x: Vector: \nKernel BUG [#%d]\n"
			  "invalid opcode: 0000\nunregister_netdevice\nPANIC: double fault\n"
			  "WARNING: * umount_check\n" /* the stack of "BUG: Dentry" */
			  "INFO: {Object|Slab|Allocated in|Freed in} ",
		text, NULL);
}

bool believe_aftermath(struct text text)
{
	return match_line("end Kernel panic\n"
			  "Kernel panic - not syncing: *: Fatal exception\n"
			  "Kernel panic - not syncing: {Aiee, |Attempted to kill |Fatal |Hard "
			  "LOCKUP|KASAN: panic_on|KFENCE: panic_on|"
			  "RCU Stall|UBSAN: panic_on|hard LOCKUP|hung_task|kernel: "
			  "panic_on|panic_on_|softlockup}",
		text, NULL);
}

struct text believe_boot(struct text line, bool *has_stamp)
{
	struct match m;
	bool is_boot = match_line("Linux version %S", line, &m) &&
		       isdigit((unsigned char)m.capture[0].at[0]) &&
		       !text_has(line, "Preparing to boot");
	if (!is_boot) {
		return (struct text){0};
	}
	const char *at = line.at + m.column;
	*has_stamp = m.column >= 2 && memchr("]:", at[-2], 2) != NULL;
	return m.capture[0];
}
