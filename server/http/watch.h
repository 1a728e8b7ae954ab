/* What has happened since the last look, told to those who listen: events, streams that grew,
 * attempts that came further. Polled, and only while somebody listens. */
#pragma once

struct db;
struct feed;
struct watch;

struct watch *watch_new(void);
void watch_free(struct watch *watch);

/* One look. 0 or a fault. */
int watch_look(struct watch *watch, struct db *db, struct feed *feed);
