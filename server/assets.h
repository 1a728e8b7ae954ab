/* SQL, templates and static files, embedded into the program by build/assets.S. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct asset {
	const char *path; /* as in the repository: "db/queries/job_end.sql" */
	const char *data; /* zero-terminated behind `size` */
	uint64_t size;    /* bytes */
};

/* The table, sorted by path, ended by a NULL path. Lives as long as the program. */
extern const struct asset faultline_assets[];

/* The asset of that path, or NULL. */
const struct asset *asset_find(const char *path);
