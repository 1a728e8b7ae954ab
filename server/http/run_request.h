/* The body of POST /api/v1/runs, checked: what somebody asks to be tested. Pure but for the answer
 * it makes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct fields;

/* Limits: a patch series of the kernel's lists stays far below; a whole history at once is a
 * watcher's work. */
enum {
	RUN_PATCHES_MAX = 64,
	RUN_PATCH_BYTES_MAX = 1 << 20,
	RUN_REVERTS_MAX = 64,
	RUN_PROFILES_MAX = 64,
	RUN_REPEATS_MAX = 1000,
	RUN_TAGS_MAX = 16,
	RUN_JOBS_MAX = 50000,
	RUN_DURATION_S_MAX = 86400,
	RUN_QUEUE_S_MAX = 31536000,
};

#define RUN_MIGRATIONS_MAX INT64_C(1000000000000000)

/* Texts are borrowed from the parsed body. */
struct run_request {
	const char *tree;   /* NULL only for a kernel that is not built */
	const char *commit; /* hash of 7 and more digits, branch or tag; or the patches' own base */
	char *base_copy;    /* owns that */
	const char *from;   /* range: from exclusive … */
	const char *to;     /* … to inclusive, on the first-parent line */
	char *range_copy;   /* owns from and to */
	int64_t every;      /* of a range: one commit in so many, counted back from `to` */
	const char *release; /* set: a prebuilt kernel, or without an image the one that runs */
	const char *image_sha256;
	const char *image_url;
	const char *modules_sha256;
	const char *modules_url;
	const json_t *patches;  /* texts; NULL: none */
	const json_t *reverts;  /* texts; NULL: none */
	const json_t *profiles; /* texts, at least one */
	int64_t repeats;
	int64_t priority;
	int64_t migrations;    /* attempts end when so many were tried; 0: when the profile says */
	int64_t duration_s;    /* at most, with that; 0: half of what an attempt has */
	const json_t *tags;    /* texts that a machine must have; NULL: none */
	const char *machine;   /* the only one that may; NULL: any */
	int64_t queue_limit_s; /* its jobs may wait for so long; 0: as their profiles say */
	const char *notify; /* who is told when it ends: an address, or a subscription's name; NULL:
			       nobody */
	const char *title;  /* NULL: made from the rest */
};

/* Reads it; on a bad field f->is_bad is set and the answer made. */
void run_request_read(struct fields *f, struct run_request *out);
void run_request_fini(struct run_request *request);

/* Can this be a tag: 1 to 64 of A-Z, a-z, 0-9 and . _ : + - */
bool run_request_is_tag(const char *text);

/* The Subject line of a mail, unfolded at its end, or the first file a diff touches; the caller
 * frees. */
char *run_request_subject(const char *patch);
