/* Styles, scripts and the like: embedded files under /static/, each with a strong ETag, and
 * squeezed once at the start. */
#pragma once

#include "http/request.h"

struct db;
struct statics;

/* From all embedded files of web/static and build/web. Owned by the caller. */
struct statics *statics_new(void);
void statics_free(struct statics *statics);

/* A short hash over all of them: /static/HASH/style.css may be cached for ever, and so may what a
 * script imports from beside itself. */
const char *statics_version(const struct statics *statics);

/* GET /static/{name}, /static/{version}/{name}: the latter as any version asks, kept only as ours.
 */
int static_answer(struct request *req, struct db *db, struct response *res);
