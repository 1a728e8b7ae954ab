/* gzip for texts worth it, when the client takes it. */
#pragma once

#include <stdbool.h>

#include "http/request.h"

/* "gzip" or "*" stands in the header, not with q=0. */
bool encode_accepts_gzip(const char *accept_encoding);

/* Deflates bytes in the gzip format; *out is the caller's. False: it would not be smaller. */
bool encode_gzip(const void *bytes, size_t size, int level, char **out, size_t *out_size);

/* Replaces the body where that pays. */
void encode_response(const struct request *req, struct response *res);
