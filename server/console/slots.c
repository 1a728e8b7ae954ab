/* Reports from their first line to their last. A report is read again only when it has grown. */
#include "console/slots.h"

#include "shared/alloc.h"

#include <stdlib.h>
#include <string.h>

void slots_init(struct slots *slots)
{
	*slots = (struct slots){.all = alloc_zero(LIMIT_REPORTS, sizeof(*slots->all))};
}

void slots_fini(struct slots *slots)
{
	for (size_t i = 0; i < slots->n; i++) {
		draft_free(slots->all[i].draft);
		report_free(slots->all[i].report);
	}
	free(slots->all);
}

static void settle(struct slots *slots, struct slot *slot)
{
	if (slot->draft->is_changed) {
		report_free(slot->report);
		slot->report = report_make(slot->draft, &slots->around);
		slot->draft->is_changed = false;
	}
}

void slots_settle(struct slots *slots)
{
	for (size_t i = 0; i < slots->n_open; i++) {
		settle(slots, &slots->all[slots->open[i]]);
	}
}

/* What turned out to be no report makes room for one. */
static void remove_slot(struct slots *slots, size_t at)
{
	slots->n--;
	memmove(&slots->all[at], &slots->all[at + 1], (slots->n - at) * sizeof(slots->all[0]));
	for (size_t i = 0; i < slots->n_open; i++) {
		slots->open[i] -= slots->open[i] > at ? 1 : 0;
	}
}

static void close_at(struct slots *slots, size_t place)
{
	size_t at = slots->open[place];
	struct slot *slot = &slots->all[at];
	settle(slots, slot);
	draft_free(slot->draft);
	slot->draft = NULL;
	slots->n_open--;
	memmove(&slots->open[place], &slots->open[place + 1],
		(slots->n_open - place) * sizeof(slots->open[0]));
	if (slot->report == NULL) {
		remove_slot(slots, at);
	}
}

void slots_close_all(struct slots *slots)
{
	while (slots->n_open > 0) {
		close_at(slots, slots->n_open - 1);
	}
}

struct draft *slots_find(const struct slots *slots, const struct line_head *head)
{
	for (size_t i = slots->n_open; i > 0; i--) {
		struct draft *draft = slots->all[slots->open[i - 1]].draft;
		if (draft->n_own == 0 && draft_takes(draft, head)) {
			return draft;
		}
	}
	return NULL;
}

bool slots_unwrap(struct slots *slots, uint64_t start_bytes, const struct line *line)
{
	bool is_taken = false;
	for (size_t i = 0; i < slots->n_open; i++) {
		struct draft *draft = slots->all[slots->open[i]].draft;
		is_taken = draft_unwrap(draft, start_bytes, line) || is_taken;
	}
	return is_taken;
}

void slots_hand_out(struct slots *slots, const struct line_head *head, const struct line *line)
{
	for (size_t i = slots->n_open; i > 0; i--) {
		struct draft *draft = slots->all[slots->open[i - 1]].draft;
		if (draft_takes(draft, head)) {
			draft_add(draft, line);
		}
		if (draft_is_over(draft)) {
			close_at(slots, i - 1);
		}
	}
}

bool slots_is_full(const struct slots *slots)
{
	return slots->n == LIMIT_REPORTS;
}

void slots_take(struct slots *slots, struct draft *draft, unsigned boot)
{
	if (slots->n_open == LIMIT_OPEN) {
		close_at(slots, 0);
	}
	slots->open[slots->n_open++] = slots->n;
	slots->all[slots->n++] = (struct slot){.draft = draft, .boot = boot};
}

struct draft *slots_fresh(const struct slots *slots)
{
	struct draft *draft = slots->n > 0 ? slots->all[slots->n - 1].draft : NULL;
	return draft != NULL && draft->n_lines == draft->n_lead + 1 ? draft : NULL;
}

void slots_drop_fresh(struct slots *slots)
{
	struct slot *slot = &slots->all[--slots->n];
	draft_free(slot->draft);
	report_free(slot->report);
	*slot = (struct slot){0};
	slots->n_open--; /* the newest is the last of those that grow */
}

struct draft *slots_busy(const struct slots *slots)
{
	if (slots->n_open == 0) {
		return NULL;
	}
	struct draft *draft = slots->all[slots->open[slots->n_open - 1]].draft;
	return draft->n_own == 0 && draft->quiet_lines < LIMIT_QUIET_LINES ? draft : NULL;
}

bool slots_listen(const struct slots *slots)
{
	for (size_t i = 0; i < slots->n_open; i++) {
		if (!slots->all[slots->open[i]].draft->is_full) {
			return true;
		}
	}
	return false;
}
