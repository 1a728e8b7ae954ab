/* What every transfer of libcurl here has in common. */
#include "alert/transfer.h"

#include <poll.h>

/* A receiver that takes longer is asked again later; others wait behind it. */
enum { TRANSFER_CONNECT_S = 5, TRANSFER_LIMIT_S = 10 };

void transfer_start(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static int transfer_watch(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	const struct alert_config *config = context;
	struct pollfd stop = {.fd = config->stop_fd, .events = POLLIN};
	return poll(&stop, 1, 0) > 0;
}

void transfer_limit(CURL *easy, const struct alert_config *config, char *words)
{
	words[0] = '\0';
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)TRANSFER_CONNECT_S);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)TRANSFER_LIMIT_S);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, transfer_watch);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, config);
}

const char *transfer_why(CURLcode code, const char *words)
{
	return words[0] != '\0' ? words : curl_easy_strerror(code);
}
