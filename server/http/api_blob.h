/* Files kept by content: kernels, modules, configs, initrds, patches. */
#pragma once

#include "http/request.h"

struct db;

/* HEAD /api/v1/blobs/{sha256}: how much is here. */
int api_blob_head(struct request *req, struct db *db, struct response *res);
/* PUT /api/v1/blobs/{sha256}?offset=N&size=TOTAL */
int api_blob_put(struct request *req, struct db *db, struct response *res);
/* GET /api/v1/blobs/{sha256}, also in part by Range. */
int api_blob_get(struct request *req, struct db *db, struct response *res);
