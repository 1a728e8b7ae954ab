/* Searches for the commit that brought a bug or took it away: begun and ended by people. */
#pragma once

struct db;
struct request;
struct response;

/* POST of bisections: bug, kind, tree, profile, good and bad end, budget. */
int api_bisection_add(struct request *req, struct db *db, struct response *res);
/* POST of bisections/{id}/cancel. */
int api_bisection_cancel(struct request *req, struct db *db, struct response *res);
/* POST of /bisections: the same as the first, from a bug's page. */
int form_bisection_add(struct request *req, struct db *db, struct response *res);
/* POST of /changes/{id}/bisections: of what moved, from a change's page. */
int form_bisection_change(struct request *req, struct db *db, struct response *res);
/* POST of /bisections/{id}: ends it. */
int form_bisection_cancel(struct request *req, struct db *db, struct response *res);
