/* Requests to the server and to where prebuilt kernels lie: the only file that knows libcurl. A
 * handle is one thread's; it keeps its connection. Faults of the network are an outcome, since the
 * runner outlives them. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/config.h"
#include "runner/halt.h"

struct api;

enum {
	API_NOTHING = 1, /* 204, or 404 to a HEAD */
	API_REFUSED = 2, /* it will not be better the next time: 4xx */
	API_LATER = 3,   /* network, 5xx, 401, 403, 408, 429: try again */
	API_HALTED = 4,  /* the halt that came with the request was set meanwhile */
};

struct api_request {
	const char *method; /* GET, HEAD, POST, PUT */
	const char *path;   /* from /api/… on; or a whole URL, which never gets the token */
	const json_t *json; /* body, or NULL */
	const void *bytes;  /* body when json is NULL */
	size_t size;
	unsigned limit_s;        /* for the whole request; 0: 30 */
	const struct halt *halt; /* or NULL */
	int file_fd;             /* > 0: a good answer's body goes there */
	int64_t file_limit_bytes;
};

struct api_answer {
	long status;            /* 0: no answer */
	char code[48];          /* of an error, as the server's "code" */
	char error[400];        /* for people: what, which, why */
	json_t *body;           /* or NULL */
	unsigned retry_after_s; /* 0: not said */
	bool is_complete;       /* X-Blob-Complete of a HEAD */
};

/* Once, before threads. 0 or a fault. */
int api_start(void);
void api_stop(void);

struct api *api_new(const struct config *config);
void api_free(struct api *api);

/* 0 with a 2xx answer, an outcome from above (logged by the caller: it knows whether it matters),
 * or a fault. api_answer_fini frees the answer in any case. */
int api_call(struct api *api, const struct api_request *request, struct api_answer *answer);
void api_answer_fini(struct api_answer *answer);

/* Waits between tries: a quarter of a second, doubled up to `limit_s`, or as long as the server
 * said; half of it is random, so that many runners do not come back at once. */
struct api_backoff {
	unsigned tries;
	unsigned limit_s;
};
int64_t api_backoff_ns(struct api_backoff *backoff, const struct api_answer *answer);
