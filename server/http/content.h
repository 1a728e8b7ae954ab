/* Answers that are long: read piece by piece into a file without a name, which is then sent. */
#pragma once

#include "http/request.h"

struct db;

/* Gives up to about 1 MiB from `offset` on; *bytes is the caller's; *size 0 is the end. 0 or a
 * fault. */
typedef int content_reader(
	struct db *db, const void *source, int64_t offset, char **bytes, size_t *size);

struct content {
	content_reader *read;
	const void *source;
	const char *type; /* a literal */
	int64_t size;
};

/* Answers all of it or the Range that is asked for, from memory when it is short. 0 or a fault. */
int content_answer(const struct request *req, struct db *db, struct response *res,
	const struct content *content);
