/* The reports of one console, in the order of their beginnings: done ones, and a few that still
 * grow. */
#pragma once

#include "console/draft.h"
#include "console/limits.h"
#include "console/report.h"

struct slot {
	struct draft *draft;   /* NULL when the report is done */
	struct report *report; /* NULL when the lines turned out to be none */
	unsigned boot;         /* which start of the kernel it belongs to */
};

struct slots {
	struct slot *all;
	size_t n;
	size_t open[LIMIT_OPEN]; /* of those that grow, their places in `all`, oldest first */
	size_t n_open;
	size_t n_lost; /* beyond LIMIT_REPORTS */
	struct surroundings around;
};

void slots_init(struct slots *slots);
void slots_fini(struct slots *slots);

/* The growing report to which a line of this context belongs, borrowed; NULL when there is none.
 * Those that another one of their context has ended are not meant. */
struct draft *slots_find(const struct slots *slots, const struct line_head *head);

/* Whether a line without a stamp, which begins at `start_bytes`, is the torn-off end of the last
 * line of a growing report; it stands there then (see draft_unwrap). */
bool slots_unwrap(struct slots *slots, uint64_t start_bytes, const struct line *line);

/* Gives a line to all growing reports that take it. */
void slots_hand_out(struct slots *slots, const struct line_head *head, const struct line *line);

/* No room for another report: it is to be counted in n_lost. */
bool slots_is_full(const struct slots *slots);

/* Takes a new report; they must not be full. */
void slots_take(struct slots *slots, struct draft *draft, unsigned boot);

/* The newest, if it grows and has its first line only: a replay takes it back. */
struct draft *slots_fresh(const struct slots *slots);
void slots_drop_fresh(struct slots *slots);

/* The newest that grows and has had a line of a report lately, borrowed, or NULL. */
struct draft *slots_busy(const struct slots *slots);

/* Whether any of the growing ones takes more lines. */
bool slots_listen(const struct slots *slots);

/* Ends all that grow. */
void slots_close_all(struct slots *slots);

/* Reads what has grown since it was last asked. */
void slots_settle(struct slots *slots);
