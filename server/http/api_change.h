/* What people decide about changes. */
#pragma once

struct db;
struct request;
struct response;

/* PATCH of changes/{id}: state, note, version. */
int api_change_mark(struct request *req, struct db *db, struct response *res);
/* POST of /changes/{id}: the same from the page's form. */
int form_change(struct request *req, struct db *db, struct response *res);
