/* How many bytes of one kind may be under way at once. */
#include "http/room.h"

bool room_take(struct room *room, size_t bytes)
{
	const size_t before = atomic_fetch_add(&room->used, bytes);
	if (bytes > room->max || before > room->max - bytes) {
		atomic_fetch_sub(&room->used, bytes);
		return false;
	}
	return true;
}

void room_give(struct room *room, size_t bytes)
{
	if (room != NULL) {
		atomic_fetch_sub(&room->used, bytes);
	}
}
