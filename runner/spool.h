/* Where an attempt's things lie until the server has them: one folder per attempt, state/spool/ID.
 *   job.json       what was claimed          console, samples, build   the streams, as they grow
 *   attempt.json   steps so far              result.json               once it is over
 *   image, initrd, config, fs-recipe         artifacts (hard links into the store)
 *   reserve        room for the result on a disk that has become full
 * Nothing here is synced: it has to survive the runner's death, and a dead machine's lease ends by
 * itself. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct spool {
	int64_t id; /* of the attempt */
	int64_t job_id;
	char *path;
};

enum { SPOOL_ABSENT = 1 };

/* Makes the folder of attempt `id` of a job anew. 0 or a fault. spool_fini frees in any case, and
 * leaves the folder. */
int spool_init(struct spool *spool, const char *state, int64_t id, int64_t job_id);
void spool_fini(struct spool *spool);

/* Gives the reserve back to the disk: what is written from here on is small. */
void spool_use_reserve(const struct spool *spool);

/* The path of a file in it; the caller's. */
char *spool_path(const struct spool *spool, const char *name);

/* A file in it, whole or not at all. 0 or a fault; reading: SPOOL_ABSENT. */
int spool_write(const struct spool *spool, const char *name, const json_t *json);
int spool_read(const struct spool *spool, const char *name, json_t **out);

/* Text that ends the stream or file `name`. 0 or a fault. */
int spool_append(const struct spool *spool, const char *name, const char *text);

/* Opens `name` for appending, made if absent: an fd or a fault. */
int spool_open(const struct spool *spool, const char *name);

/* Bytes of a file in it, 0 if it is absent. */
int64_t spool_size(const struct spool *spool, const char *name);

/* Removes the folder, once the server has all of it. */
void spool_remove(const struct spool *spool);

/* Puts it aside under state/refused, for people to look at: the server will never take it. */
void spool_refuse(const struct spool *spool, const char *state);

/* Ids of attempts that lie in state/spool, ascending; *out is the caller's. 0 or a fault. */
int spool_list(const char *state, int64_t **out, size_t *count);
