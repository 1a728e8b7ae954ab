/* Mirrors of trees that are watched no more. */
#pragma once

struct db;

/* Removes them from `folder` once nobody has fetched into them for MIRROR_UNUSED_DAYS: another
 * server may share the folder, and a tree may come back. 0 or a fault of the database. */
int mirrors_tidy(struct db *db, const char *folder);
