/* Atom feeds (RFC 4287): a page's query and template, with the answers that readers who come again
 * and again can do without (RFC 9110, 13). */
#pragma once

#include "http/request.h"

struct db;

/* The route's query gives what feed() of the database answers. 0 or a fault. */
int atom_answer(struct request *req, struct db *db, struct response *res);
