/* Guards that free what a variable holds when its scope ends. Hand over by `*out = x; x = NULL;`.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
}

static inline void cleanup_file(FILE **f)
{
	if (*f != NULL) {
		fclose(*f);
	}
}

static inline void cleanup_json(json_t **j)
{
	json_decref(*j);
}

#define _free_ __attribute__((cleanup(cleanup_free)))
#define _fd_ __attribute__((cleanup(cleanup_fd)))
#define _file_ __attribute__((cleanup(cleanup_file)))
#define _json_ __attribute__((cleanup(cleanup_json)))
