/* Readers of consoles that are still arriving. */
#include "work/consoles.h"

#include <stdlib.h>

#include "console/console.h"
#include "shared/alloc.h"
#include "shared/number.h"

/* More guests than this at once run on few sites; a reader holds up to a megabyte
 * (console/limits.h), and the server is to stay small. */
enum { SLOTS = 16 };

struct consoles {
	struct console_slot slots[SLOTS]; /* reader NULL: free */
};

static void slot_fini(struct console_slot *slot)
{
	console_reader_free(slot->reader);
	*slot = (struct console_slot){0};
}

struct consoles *consoles_new(void)
{
	return alloc_zero(1, sizeof(struct consoles));
}

void consoles_free(struct consoles *consoles)
{
	for (size_t i = 0; consoles != NULL && i < SLOTS; i++) {
		slot_fini(&consoles->slots[i]);
	}
	free(consoles);
}

static struct console_slot *slot_find(struct consoles *consoles, int64_t attempt_id)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct console_slot *slot = &consoles->slots[i];
		if (slot->reader != NULL && slot->attempt_id == attempt_id) {
			return slot;
		}
	}
	return NULL;
}

static struct console_slot *slot_make(struct consoles *consoles, int64_t attempt_id)
{
	struct console_slot *oldest = &consoles->slots[0];
	for (size_t i = 1; i < SLOTS; i++) {
		if (consoles->slots[i].used_ns < oldest->used_ns) {
			oldest = &consoles->slots[i];
		}
	}
	slot_fini(oldest);
	oldest->attempt_id = attempt_id;
	oldest->reader = console_reader_new();
	return oldest;
}

struct console_slot *consoles_take(struct consoles *consoles, int64_t attempt_id)
{
	struct console_slot *slot = slot_find(consoles, attempt_id);
	if (slot == NULL) {
		slot = slot_make(consoles, attempt_id);
	}
	slot->used_ns = number_monotonic_ns();
	return slot;
}

void consoles_drop(struct consoles *consoles, int64_t attempt_id)
{
	struct console_slot *slot = slot_find(consoles, attempt_id);
	if (slot != NULL) {
		slot_fini(slot);
	}
}
