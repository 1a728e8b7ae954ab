/* What is worth keeping between jobs, by content: state/blobs/SHA256 holds files,
 * state/keys/KIND-KEY.json says what was once made from which inputs. Anything here may go at any
 * time; trimming drops the longest unused. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "shared/file.h"

enum { STORE_ABSENT = 1 };

/* Path of the blob if it is there (and marks it used); the caller's. 0 or STORE_ABSENT. */
int store_find(const char *state, const char *sha256, char **path);

/* Moves file `path` in, or removes it when the same is there already; `sha256` receives its hash. 0
 * or a fault. */
int store_take(const char *state, const char *path, char sha256[FILE_SHA256_HEX]);

/* Gives a blob the name `path` as well (a hard link). 0, STORE_ABSENT or a fault. */
int store_link(const char *state, const char *sha256, const char *path);

/* What is remembered under KIND and key (a sha256). 0 with *out the caller's, or STORE_ABSENT. */
int store_recall(const char *state, const char *kind, const char *key, json_t **out);
int store_remember(const char *state, const char *kind, const char *key, const json_t *json);

/* A new name below state/tmp; the caller's. */
char *store_temporary(const char *state, const char *name);

/* Drops the longest unused files of state/FOLDER (blobs, disks, keys) until the rest take no more
 * than the limit. */
void store_trim(const char *state, const char *folder, int64_t limit_bytes);
