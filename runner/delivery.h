/* What is left to bring to the server of one attempt: its streams by offset, its artifacts by
 * content, its result. Every call can be repeated, also by a later runner. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "runner/api.h"
#include "runner/spool.h"

enum { DELIVERY_STREAMS = 3, DELIVERY_LIMIT_S = 30 };

struct delivery_stream {
	const char *name;
	int64_t at;      /* next byte of the file */
	int64_t offset;  /* next byte as the server counts, which leaves the gap out */
	int64_t gap_end; /* to be said with the next piece; 0: no gap now */
	bool is_gapped, is_refused;
};

struct delivery {
	struct api *api;
	const struct halt *halt; /* of the whole runner */
	const struct spool *spool;
	unsigned limit_s; /* of one request */
	struct delivery_stream streams[DELIVERY_STREAMS];
	bool is_asked;      /* the streams' offsets are known (they are 0 for a new attempt) */
	bool is_blob_begun; /* an artifact is under way … */
	int64_t blob_at;    /* … up to here … */
	int blob_restarts;  /* … having begun so often anew */
	json_t *left_out; /* names of artifacts that could not be sent: the result does without them
			   */
};

/* Nothing is sent. `is_new`: the server has nothing of it yet. The delivery before is forgotten:
 * zeroed, or fini. */
void delivery_init(struct delivery *delivery, struct api *api, const struct halt *halt,
	const struct spool *spool, bool is_new);

void delivery_fini(struct delivery *delivery);

/* Sends what the streams have grown by; all of it when `is_final`, else at most one piece each.
 * 0: nothing is left for now; DELIVERY_MORE; or API_LATER, API_HALTED. */
enum { DELIVERY_MORE = 10 };
int delivery_streams(struct delivery *delivery, bool is_final);

/* Sends a piece of an artifact, unless the server has it. 0: all of it is there; DELIVERY_MORE:
 * again, with the same one; API_LATER, API_HALTED; or API_REFUSED or a fault: it cannot be sent and
 * is left out of the result. */
int delivery_artifact(struct delivery *delivery, const char *name, const char *sha256);

/* Sends result.json. 0, API_LATER, API_HALTED, API_REFUSED or a fault. */
int delivery_result(struct delivery *delivery);
