/* What a line of a report is. Every line is looked at once, when it arrives; all later questions
 * (stacks, guilty functions, corruption, details) ask these answers. */
#pragma once

#include "console/match.h"

#include <stdint.h>

enum what {
	WHAT_OTHER,
	WHAT_FRAME,      /* names a function, arm32's also its caller */
	WHAT_CALL_TRACE, /* headings of stacks, this and the next four */
	WHAT_BACKTRACE,  /* arm32's "Backtrace:" */
	WHAT_LEAK_TRACE, /* kmemleak's "backtrace:" */
	WHAT_ALLOCATED,
	WHAT_FREED,
	WHAT_UNINIT,
	WHAT_FAULT, /* RIP, pc, NIP…: names the faulting function, or none: user space, lost */
	WHAT_LINK,  /* LR, lr: who called the faulting function */
	WHAT_INTERRUPT, /* POWER's "--- interrupt: N at f" */
	WHAT_TASK,      /* CPU, task, taint, kernel */
	WHAT_TRAP,      /* the number of the oops or trap */
	WHAT_CODE,
	WHAT_END,     /* "---[ end trace" */
	WHAT_MODULES, /* "Modules linked in:" */
	WHAT_PANIC,
	WHAT_CIRCULAR,    /* lockdep's circle, which likes to come inside other reports */
	WHAT_FOREIGN,     /* another message that brings a stack of its own */
	WHAT_TAINTING,    /* "Disabling lock debugging due to kernel taint" */
	WHAT_CPU_TRACES,  /* other CPUs are asked for their stacks */
	WHAT_NO_STACK,    /* "(stack is not available)" */
	WHAT_PAGE,        /* first line of a page dump */
	WHAT_MONITOR,     /* "cpu 0x3: Vector: 700 …": POWER's xmon takes the console over */
	WHAT_CONSOLE_CUT, /* the virtual machine's serial port went away */
	WHAT_MARK,        /* anything else that only reports have: registers, rulers */
};

/* Functions are offsets into the line, so that facts survive a move of the text. */
struct facts {
	uint8_t what;         /* enum what */
	bool is_questionable; /* x86's "? f" */
	bool is_unreliable;   /* that, or POWER's "f (unreliable)" */
	uint16_t function_at;
	uint16_t function_size; /* 0: none */
	uint16_t caller_at;
	uint16_t caller_size;
};

/* A line and what it is. */
struct line {
	struct text text;
	struct facts facts;
	uint64_t end_bytes; /* in the console, behind its newline */
	bool is_cut;        /* it was longer than what is kept of a line */
};

static inline struct text line_function(const struct line *line)
{
	return (struct text){line->text.at + line->facts.function_at, line->facts.function_size};
}

static inline struct text line_caller(const struct line *line)
{
	return (struct text){line->text.at + line->facts.caller_at, line->facts.caller_size};
}

/* Reads a line, prefixes cut off, of at most 64 KiB. */
struct facts facts_read(struct text line);

/* True for the headings under which stacks stand. */
static inline bool what_is_heading(enum what what)
{
	return what >= WHAT_CALL_TRACE && what <= WHAT_UNINIT;
}
