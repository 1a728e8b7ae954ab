/* Subscriptions: adding and changing them, by the API and by the pages' forms. */
#pragma once

struct db;
struct request;
struct response;

int api_subscription_add(struct request *req, struct db *db, struct response *res);
int api_subscription_change(struct request *req, struct db *db, struct response *res);

/* POST of /subscriptions and /subscriptions/{id}: field `action` is save, pause or resume. */
int form_subscription(struct request *req, struct db *db, struct response *res);
