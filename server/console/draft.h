/* A report that may still grow: its lines so far, prefixes cut off. */
#pragma once

#include "console/facts.h"
#include "console/format.h"
#include "console/line.h"

#include <stddef.h>

struct draft_line {
	struct facts facts;
	uint32_t at; /* in the draft's text */
	uint32_t size;
	uint64_t end_bytes; /* in the console, behind its newline */
};

struct draft {
	const struct marker *marker;
	enum context_kind kind;
	uint64_t context;
	double uptime_s;
	uint64_t start_bytes;
	uint64_t lead_bytes;
	uint64_t next_bytes; /* where the next report begins with what belongs to it; 0: none yet */
	size_t n_lead;       /* lines[0..n_lead) stand before the line that makes it a report */
	size_t n_own; /* lines[0..n_own) are its own; 0: all. Others were printed among others' */
	struct draft_line *lines;
	size_t n_lines;
	size_t lines_size;
	char *text;
	size_t text_bytes;
	size_t text_size;
	size_t quiet_lines;  /* since the last that only a report has */
	unsigned limits;     /* enum console_limit */
	bool has_cpu_traces; /* other CPUs were asked for theirs: their lines belong to it */
	bool has_end;        /* "---[ end trace": the kernel went on */
	bool has_monitor;    /* the kernel's debugger prints on, without stamps */
	bool is_kernel;      /* its first line is the kernel's for certain, not some program's */
	bool is_full;
	bool is_changed; /* since it was last read */
};

struct draft *draft_new(const struct marker *marker, const struct line_head *head);
void draft_free(struct draft *draft);

/* One more line of it. */
void draft_add(struct draft *draft, const struct line *line);

/* Mail programs break long lines: "[c0…] [c0…]", and "f+0x1/0x2" on a line of its own without a
 * stamp. True when `line`, which begins at `start_bytes`, is the end of the draft's last one, and
 * now stands there. */
bool draft_unwrap(struct draft *draft, uint64_t start_bytes, const struct line *line);

/* Another report of the same context begins, at `next_bytes` with what belongs to it. What follows
 * may be either's, so that it no longer counts for the title; but where no caller is printed it
 * shows whether a stack was torn apart. */
void draft_end(struct draft *draft, uint64_t next_bytes);

/* Its own lines: all, or those before draft_end(). */
size_t draft_own(const struct draft *draft);

/* Whether it takes no more lines. */
bool draft_is_over(const struct draft *draft);

/* Whether a line of this context belongs to it. */
bool draft_takes(const struct draft *draft, const struct line_head *head);

struct line draft_line(const struct draft *draft, size_t n);
