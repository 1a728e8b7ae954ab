/* The readers of stage `ingest`: each reads one stream on, in the caller's transaction. */
#pragma once

struct consoles;
struct db;
struct reading;

/* They answer 0, READING_NONE (another process was faster: roll back), DB_REFUSED or a fault. */
int ingest_build(struct db *tx, const struct reading *reading);
int ingest_samples(struct db *tx, const struct reading *reading);
int ingest_console(struct db *tx, const struct reading *reading, struct consoles *consoles);
