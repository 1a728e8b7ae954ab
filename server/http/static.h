/* Styles, scripts and the like: embedded files under /static/, each with a strong ETag, and
 * squeezed once at the start. */
#pragma once

#include "http/request.h"

struct db;
struct statics;

/* From all embedded files of web/static and build/web. Owned by the caller. */
struct statics *statics_new(void);
void statics_free(struct statics *statics);

/* A short hash over all of them: /static/style.css?v=HASH may be cached for ever. */
const char *statics_version(const struct statics *statics);

/* GET /static/{name} */
int static_answer(struct request *req, struct db *db, struct response *res);
