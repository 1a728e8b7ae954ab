/* The table of all URLs: it reads as the site map. A row is a page (query + template), JSON from
 * one query, or a handler. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "http/request.h"
#include "store/token.h"

struct db;

/* Answers 0 and *res, or a fault (then the worker answers 500 or 503). */
typedef int route_handler(struct request *req, struct db *db, struct response *res);

enum { ROUTE_ARGUMENTS_MAX = 9 };
#define ROUTE_CALLER "(caller)"

/* Who may call. */
enum route_need {
	ROUTE_OPEN,    /* always: health, static files */
	ROUTE_READ,    /* everybody, or with a token of any kind where reading is closed */
	ROUTE_RUNNER,  /* runner or admin */
	ROUTE_TRIGGER, /* trigger or admin */
	ROUTE_SEND,    /* runner, trigger or admin */
	ROUTE_ADMIN,
	ROUTE_ENROL, /* a one-time token, which may do nothing else */
	ROUTE_FORM,  /* who is signed in: http/form.h */
};

/* Adds to a page's data what SQL cannot know. 0 or a fault. */
typedef int route_adder(struct request *req, struct db *db, json_t *page);

struct route {
	const char *method;
	const char *path; /* "/runs/{id}": a part in braces matches one path part */
	enum route_need need;
	route_handler *handle; /* NULL: `query` answers */
	/* db/queries/QUERY.sql: one row of one column of JSON, called "page" when there is a
	 * template, else "body"; no row is 404. */
	const char *query;
	const char *template; /* web/templates/TEMPLATE.html; NULL: the JSON is the answer */
	/* What people come to the page for: it answers this within five seconds, before anybody
	 * scrolls. It is what a pasted link says of itself. Every page that is looked at has one.
	 */
	const char *question;
	/* What the answer is when it is neither a page nor JSON: a picture or a table, which others
	 * keep and compare by its ETag. NULL: it is one of these. */
	const char *type;
	/* The query's $1, $2 …: "{id}" is a part of the path, "limit" an argument of the URL (null
	 * when absent), ROUTE_CALLER the id of who asks (0: nobody). */
	const char *arguments[ROUTE_ARGUMENTS_MAX];
	route_adder *add; /* NULL: nothing */
	size_t body_max;  /* bytes */
	bool is_long;     /* may take minutes, or a worker for seconds */
	bool is_once;     /* not to be tried again when the connection to PostgreSQL broke */
	bool is_direct;   /* needs no database: answered by the thread that read the request */
};

extern const struct route routes[];
extern const size_t route_count;

enum { ROUTE_NONE = 1, ROUTE_OTHER_METHOD = 2 };

/* Finds the row and fills req->route and req->parts. HEAD goes where GET goes, unless it has a row
 * of its own. ROUTE_OTHER_METHOD: `allow` holds the methods there are. */
int route_find(struct request *req, char *allow, size_t allow_size);

/* What stood in the path for "{name}" of the request's route; "" when the route has no such part.
 */
const char *route_part(const struct request *req, const char *name);
