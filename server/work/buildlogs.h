/* Build logs as their reader has them: whole, once they and their attempt have ended, since what an
 * error means depends on whether the build failed. What is found in them goes the way of all
 * reports (work/reports.h), when it is read first and when it is read again. */
#pragma once

struct buildlog;
struct db;
struct reading;

void buildlogs_cleanup(struct buildlog **log);
#define _buildlog_ __attribute__((cleanup(buildlogs_cleanup)))

/* Feeds and finishes `log`, which is new. 0; BUILD_NONE (store/build.h): the attempt ended with no
 * kernel's result, so the log says nothing of it; DB_REFUSED or a fault. */
int buildlogs_read(struct db *tx, const struct reading *reading, struct buildlog *log);

/* Keeps what the build made. 0, DB_REFUSED or a fault. */
int buildlogs_made_keep(struct db *tx, const struct reading *reading, const struct buildlog *log);
