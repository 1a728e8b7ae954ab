/* Rules that mark known issues: adding, changing, trying them out; by the API and by the pages'
 * forms. */
#pragma once

struct db;
struct request;
struct response;

int api_rule_add(struct request *req, struct db *db, struct response *res);
int api_rule_change(struct request *req, struct db *db, struct response *res);
int api_rule_preview(struct request *req, struct db *db, struct response *res);

/* POST of /rules and /rules/{id}: field `action` is preview, retire, activate, or save. */
int form_rule(struct request *req, struct db *db, struct response *res);
