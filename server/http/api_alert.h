/* What people do about alerts and deliveries, by the API and by the pages' forms. */
#pragma once

struct db;
struct request;
struct response;

/* POST …/alerts/{id}/acknowledge, assign, mute, unmute. */
int api_alert_order(struct request *req, struct db *db, struct response *res);
/* POST …/deliveries/{id}/approve, reject, retry. */
int api_delivery_order(struct request *req, struct db *db, struct response *res);
/* POST …/deliveries/{id}/edit: what a draft says. */
int api_delivery_edit(struct request *req, struct db *db, struct response *res);

/* POST of /alerts/{id} and /deliveries/{id}: field `action` says which. */
int form_alert(struct request *req, struct db *db, struct response *res);
int form_delivery(struct request *req, struct db *db, struct response *res);