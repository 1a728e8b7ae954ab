/* Tokens on their page: made, shown once, ended. */
#pragma once

#include "http/request.h"

struct db;

int form_token(struct request *req, struct db *db, struct response *res);
