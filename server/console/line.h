/* What stands in front of a console line, and what is left behind it: time stamps of whoever kept
 * the log (syslog, journald, LAVA, dmesg -x), printk's own level, stamp and caller, a log-in
 * prompt. */
#pragma once

#include "console/match.h"

#include <stdint.h>

/* Lines of one context come from one task or CPU and are not mixed with those of others. */
enum context_kind {
	CONTEXT_BARE,    /* no printk stamp at all */
	CONTEXT_CONSOLE, /* a stamp, no caller */
	CONTEXT_TASK,    /* [ T123] */
	CONTEXT_CPU,     /* [ C1] */
};

struct line_head {
	struct text text; /* without the prefixes; borrowed from the line */
	double uptime_s;  /* printk's stamp, NAN without one */
	enum context_kind kind;
	uint32_t id;       /* of task or CPU */
	bool is_kernel;    /* it has printk's stamp, or the keeper of the log says so */
	bool is_userspace; /* the keeper of the log says that another program than the kernel wrote
			      it */
};

/* Reads the prefixes of a line that has no newline any more. */
struct line_head line_read(struct text line);

static inline uint64_t line_context(const struct line_head *head)
{
	return (uint64_t)head->kind << 32 | head->id;
}

/* True when line_clean() would change the text. */
bool line_is_dirty(struct text text);

/* Takes out NUL bytes, carriage returns and terminal escape codes, in place. Answers the new size.
 */
size_t line_clean(char *bytes, size_t size);
