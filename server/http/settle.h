/* The answer to an order of a run that settles a question (store/settle.h). */
#pragma once

#include <stdint.h>

#include "http/request.h"

struct db;

/* 202 with the run and its address. 0 or a fault. */
int settle_answer(struct db *db, struct response *res, int64_t run_id);
