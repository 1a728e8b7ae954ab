/* What the tables say: which line makes a report, how its title is written, where its guilty
 * function stands. A new crash format is one row in a format_*.c file. */
#pragma once

#include "console/match.h"

enum pick {
	PICK_TOP,   /* the first frame that nothing skips */
	PICK_STALL, /* the one that a known dispatcher called: a stall shows a random place below it
		     */
	PICK_HUNG,  /* the one that waits, locks and the scheduler taken off */
};

/* Steps that are no patterns: read frames up to the next stack heading or the next step's line; go
 * to a stack's heading, to the faulting line, to that or to POWER's "--- interrupt: N at f". */
#define STEP_FRAMES "#frames"
#define STEP_TRACE "#trace"
#define STEP_FAULT "#fault"
#define STEP_FAULT_OR_INTERRUPT "#interrupt"

/* How a guilty function is found. Other steps are patterns: go to the line that matches. What such
 * a line names is a frame as well. Lists end with NULL. */
struct recipe {
	const char *const *steps;
	const char *const *fallback; /* steps to try when `steps` found nothing; may be NULL */
	const char *const *skip;     /* functions to skip besides the general list; may be NULL */
	enum pick pick;
};

enum format_flags {
	FORMAT_CORRUPTED = 1, /* seeing this means that the real header was lost */
	FORMAT_NO_STACK = 2,  /* complete without a stack */
};

/* In `name` and `alt`: $1…$6 what body (or title, without a body) captured, $F and $G the functions
 * that the recipe found first and second. */
struct format {
	const char *title; /* the line that carries it */
	const char
		*body[3]; /* lines that must follow, in order; the first may be the title's own */
	const char *name;
	const char *alt; /* NULL: none */
	const struct recipe *recipe;
	unsigned flags; /* enum format_flags */
};

enum marker_flags {
	MARKER_USERSPACE = 2, /* a program's own words, not the kernel's: needs no printk stamp */
	MARKER_AT_START = 4,  /* counts only at the start of a line */
	MARKER_INSIDE = 16,   /* its lines often stand inside of reports: see believe_inside() */
	MARKER_MONITOR = 8,   /* the kernel's debugger, which writes no printk stamps */
};

/* A literal that makes its line a report's first, unless a veto matches the line too. Formats end
 * with one that has no title. */
struct marker {
	const char *text;
	const char *const *veto; /* patterns, NULL at the end; may be NULL */
	const char *must;        /* a pattern that the line must match as well; may be NULL */
	const struct format *formats;
	unsigned flags; /* enum marker_flags */
};

/* In the order in which they are tried. Ends with one that has no text. */
extern const struct marker markers[];

extern const struct format formats_bug[];
extern const struct format formats_warning[];
extern const struct format formats_info[];
extern const struct format formats_fault[];
extern const struct format formats_panic[];
extern const struct format formats_oops[];
extern const struct format formats_other[];

/* Recipes that several tables share. */
extern const struct recipe recipe_fault;   /* the faulting line, then the stack */
extern const struct recipe recipe_trace;   /* the stack */
extern const struct recipe recipe_warning; /* what follows the faulting line, else the stack */
