/* The background stages: what is delivered becomes samples, occurrences, bugs, exposure and points;
 * git trees become commits. Each stage finds its work in a table, does each item in one
 * transaction, and may be killed anywhere and run again. Any number of processes may run the stages
 * at once. */
#pragma once

#include <stdint.h>

struct work;

/* Starts the stages: one thread for git, which may take minutes, one for all others. `conninfo` is
 * a libpq connection string, `state_folder` the folder below which the mirrors of git trees are
 * kept; both are copied. A tree is fetched when it is asked for, and every `refresh_s` seconds (0:
 * only when asked for, and once at first). Waits for no database: the threads do. 0 and *out (ended
 * by work_stop), or a fault. */
int work_start(
	const char *conninfo, const char *state_folder, int64_t refresh_s, struct work **out);

/* Ends the stages at the end of what they are doing, git's children at once, and frees. NULL is
 * fine. */
void work_stop(struct work *work);
