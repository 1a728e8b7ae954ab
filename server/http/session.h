/* Browsers that are signed in, for pages and their forms.
 *
 * A cookie stands for a token; programs go on to send the token itself, and no order of the API
 * takes a cookie. A form is believed when the browser sends the cookie (SameSite=Lax: not from
 * other sites), when it does not say that it comes from elsewhere, and when it carries the
 * session's proof, which only pages of ours hold (OWASP: synchroniser token). */
#pragma once

#include <stdbool.h>

#include "http/request.h"

struct db;
struct response;

/* Is there a cookie of ours? */
bool session_is_offered(const struct request *req);

/* Fills req->session and req->caller out of the cookie, where the route is one for browsers. 0 or a
 * fault. */
int session_read(struct request *req, struct db *db);

/* Does the request come from a page of ours, as far as the browser says? */
bool session_is_near(const struct request *req);
/* And does it carry what only our pages hold? `proof` may be NULL. */
bool session_proves(const struct request *req, const char *proof);

/* GET /signin: the form; or straight in, where a trusted proxy says who it is. */
int session_page(struct request *req, struct db *db, struct response *res);
/* POST /signin, POST /signout. */
int form_signin(struct request *req, struct db *db, struct response *res);
int form_signout(struct request *req, struct db *db, struct response *res);
