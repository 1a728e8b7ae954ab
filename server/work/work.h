/* The background stages: what is delivered becomes samples, occurrences, bugs, exposure and points;
 * git trees become commits. Each stage finds its work in a table, does each item in one
 * transaction, and may be killed anywhere and run again. Any number of processes may run the stages
 * at once. */
#pragma once

#include <stdint.h>

struct config;
struct work;

/* Starts the stages: one thread for git, which may take minutes, one for what is sent out, one for
 * all others. `config` is borrowed until work_stop. Waits for no database: the threads do. To be
 * called before other threads are there. 0 and *out (ended by work_stop), or a fault. */
int work_start(const struct config *config, struct work **out);

/* Ends the stages at the end of what they are doing, git's children at once, and frees. NULL is
 * fine. */
void work_stop(struct work *work);
