/* One request and its answer, as handlers see them: no word of the HTTP library. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/token.h"

struct room;
struct route;
struct service;
struct sockaddr;
struct subscriber;

enum {
	REQUEST_HEADERS_MAX = 64,
	REQUEST_ARGUMENTS_MAX = 32,
	REQUEST_PARTS_MAX = 4,
	REQUEST_PART_SIZE = 256,
	RESPONSE_HEADERS_MAX = 12,
};

struct pair {
	const char *name;
	const char *value; /* "" when there is none */
};

enum { SESSION_PROOF_SIZE = 33 };

/* Somebody is signed in: http/session.h. */
struct session {
	char name[TOKEN_NAME_SIZE];
	char proof[SESSION_PROOF_SIZE]; /* what this browser's forms carry */
};

struct request {
	const char *method;
	const char *path; /* decoded */
	const char *version;
	struct pair headers[REQUEST_HEADERS_MAX];
	size_t header_count;
	struct pair arguments[REQUEST_ARGUMENTS_MAX];
	size_t argument_count;
	char parts[REQUEST_PARTS_MAX][REQUEST_PART_SIZE]; /* what stood for the route's {…} */
	const struct route *route;
	char *body; /* zero-terminated; NULL when there is none */
	size_t body_size;
	struct token caller;         /* kind TOKEN_NONE: nobody in particular */
	struct session session;      /* whose browser it is; name "": nobody's */
	const struct sockaddr *peer; /* who is at the other end of the connection; or NULL */
	struct service *service;     /* what handlers share */
	void *exchange;              /* for the hub */
	int64_t started_ns;          /* CLOCK_MONOTONIC */
};

/* NULL when absent. Header names in any case. */
const char *request_header(const struct request *req, const char *name);
const char *request_argument(const struct request *req, const char *name);

struct header {
	const char *name; /* a literal */
	char *value;      /* owned */
};

struct response {
	int status;
	const char *type; /* a literal; NULL: no body */
	char *body;       /* owned, or borrowed for ever when is_static */
	size_t size;
	bool is_static;
	int fd;            /* > 0: the body is `size` bytes of this file; owned */
	struct room *room; /* what `room_bytes` go back to when the answer has been sent; or NULL */
	size_t room_bytes;
	struct header headers[RESPONSE_HEADERS_MAX];
	size_t header_count;
	bool is_parked; /* nothing to say yet; the hub calls again */
	int64_t park_until_ns;
	uint64_t park_generation;
	char *parked_tags;         /* owned: " arch:x86_64 kvm " */
	struct subscriber *events; /* set: the answer is an event stream; owned by the hub */
	bool is_closing;           /* the connection must not be used again */
	bool is_cached;            /* it has its own Cache-Control */
	bool is_page;              /* it is a page already, error or not */
};

void response_fini(struct response *res);

/* Keeps a copy of the value. */
void response_header(struct response *res, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* `body` is the caller's until the call, then the response's. */
void response_take(struct response *res, int status, const char *type, char *body, size_t size);
/* JSON, with a line feed behind it; takes the reference. */
void response_json(struct response *res, int status, json_t *json);
/* {"error":…,"code":…}; replaces what stood there. Always answers 0, so that handlers can `return
 * response_error(…)`. */
int response_error(struct response *res, int status, const char *code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same with "details"; takes the reference. */
int response_error_details(struct response *res, int status, const char *code, json_t *details,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The fault of a handler as an answer: 503 with Retry-After for DB_FAULT_RETRY, else 500. */
void response_fault(struct response *res, int fault);
