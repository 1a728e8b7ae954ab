/* Request shapes that libmicrohttpd 0.9.75 lets through and that a proxy in front could read in
 * another way (request smuggling). Pure, so that a table of shapes tests it. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

/* What listen.c saw beside the parsed headers. */
struct hygiene_marks {
	bool has_nul_in_path;
	bool has_bare_lf;
	bool has_too_many_headers;
};

/* NULL when the request is fine, else what is wrong with it, for the answer (400, then close). */
const char *hygiene_check(const struct request *req, struct hygiene_marks marks);
