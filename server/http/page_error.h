/* An error as a page for people. */
#pragma once

#include "http/request.h"

/* Turns an error's JSON into a page: what went wrong, and what can be done about it. Where that
 * fails the answer stays as it is. */
void page_error(const struct request *req, struct response *res);
