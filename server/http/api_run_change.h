/* Taking back what was ordered, and its priority: for whoever ordered it, and for admins. */
#pragma once

#include "http/request.h"

struct db;

/* POST /api/v1/runs/{id}/cancel → 200 and the run. */
int api_run_cancel(struct request *req, struct db *db, struct response *res);
/* POST /api/v1/runs/{id}/priority → 200 and the run. */
int api_run_priority(struct request *req, struct db *db, struct response *res);
/* The same of one job: POST /api/v1/jobs/{id}/cancel and …/priority → 200 and the job. */
int api_job_cancel(struct request *req, struct db *db, struct response *res);
int api_job_priority(struct request *req, struct db *db, struct response *res);

/* The forms of a run's page and of the queue: `action` cancel or priority (with `priority`), of the
 * run or of a `job`. */
int form_run_change(struct request *req, struct db *db, struct response *res);
