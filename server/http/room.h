/* How many bytes of one kind may be under way at once: bodies that arrive, files that go out. Any
 * thread may ask. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct room {
	atomic_size_t used;
	size_t max;
};

/* False, and nothing taken, when it does not fit. */
bool room_take(struct room *room, size_t bytes);
/* NULL is fine. */
void room_give(struct room *room, size_t bytes);
