/* Files that one runner holds while it lives: who else wants one is told whose it is. */
#pragma once

/* Locks the file at `path`, made if absent, and writes our number into it. *fd is the caller's: as
 * long as it is open the lock holds. 0, or a fault "another runner (process N) `does`". */
int lock_take(const char *path, const char *does, int *fd);
