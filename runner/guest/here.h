/* The guest program on a machine that runs already: a place of its own there, as init has a whole
 * guest. It becomes the first process of a namespace, with mounts that nobody else sees, so that
 * all it starts dies with it and all it mounts goes with it, however it ends. */
#pragma once

struct report;

/* Answers 0 in that first process; the caller waits for it within here_enter and ends as it does,
 * and it dies with the caller. Needs CAP_SYS_ADMIN. Else a fault, in the caller. */
int here_enter(struct report *report);
