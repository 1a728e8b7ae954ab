/* What every transfer of libcurl here has in common: limits of time, and an end when the server
 * stops. */
#pragma once

#include <curl/curl.h>

#include "alert/message.h"

/* Starts libcurl: once, before there are threads. */
void transfer_start(void);

/* Sets limits, and where libcurl puts its words. `words` has CURL_ERROR_SIZE bytes. */
void transfer_limit(CURL *easy, const struct alert_config *config, char *words);

/* What libcurl says, with its own words where it has some. */
const char *transfer_why(CURLcode code, const char *words);
