/* Channel webhook. The address is judged when the socket is opened, after the name was looked up: a
 * name that leads elsewhere the next time, or an odd spelling, gains nothing. Redirects and proxies
 * are not followed. */
#include "alert/webhook.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/network.h"
#include "alert/transfer.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/number.h"

/* KEY: what a secret may have, the specification's own bounds. */
enum { KEY_MIN = 24, KEY_MAX = 64, CODED_MAX = 90, HASH_BYTES = 32 };
enum { HTTP_OK = 2, HTTP_GONE = 410, HUNDREDS = 100, NS_PER_S = 1000000000 };

static const char prefix[] = "whsec_";

/* What opensocket sees and says. */
struct door {
	const char *allowed; /* networks of the operator */
	bool is_plain;       /* http: only into those */
	bool is_refused;
};

/* The bytes of a secret; -1: it is none. */
static int secret_read(const char *text, unsigned char *key)
{
	unsigned char bytes[CODED_MAX];
	if (strncmp(text, prefix, sizeof(prefix) - 1) != 0) {
		return -1;
	}
	const char *coded = text + sizeof(prefix) - 1;
	const size_t n = strlen(coded);
	if (n >= CODED_MAX || n % 4 != 0) {
		return -1;
	}
	int size = EVP_DecodeBlock(bytes, (const unsigned char *)coded, (int)n);
	for (size_t i = n; i > 0 && coded[i - 1] == '='; i--) {
		size--;
	}
	if (size < KEY_MIN || size > KEY_MAX) {
		return -1;
	}
	memcpy(key, bytes, (size_t)size);
	return size;
}

static void sign(const char *key, int key_size, const char *text, unsigned char *out)
{
	unsigned int size = HASH_BYTES;
	HMAC(EVP_sha256(), key, key_size, (const unsigned char *)text, strlen(text), out, &size);
}

void webhook_sign(const char *secret, const char *id, int64_t at_s, const char *body,
	char **standard, char **hub)
{
	unsigned char key[KEY_MAX] = {0};
	unsigned char hash[HASH_BYTES];
	unsigned char coded[CODED_MAX];
	char hex[HASH_BYTES * 2 + 1];
	const int size = secret_read(secret, key);
	_free_ char *signed_text = alloc_format("%s.%lld.%s", id, (long long)at_s, body);
	sign((const char *)key, size < 0 ? 0 : size, signed_text, hash);
	EVP_EncodeBlock(coded, hash, HASH_BYTES);
	*standard = alloc_format("v1,%s", (const char *)coded);
	/* There the key is the secret's text. */
	sign(secret, (int)strlen(secret), body, hash);
	for (int i = 0; i < HASH_BYTES; i++) {
		snprintf(hex + 2 * i, 3, "%02x", hash[i]);
	}
	*hub = alloc_format("sha256=%s", hex);
}

static curl_socket_t door_open(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	(void)purpose;
	struct door *door = context;
	const bool is_inside = network_holds(door->allowed, &address->addr);
	if (!is_inside && (door->is_plain || !network_is_public(&address->addr))) {
		door->is_refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* What the receiver answers is of no use. */
static size_t answer_drop(char *bytes, size_t one, size_t n, void *context)
{
	(void)bytes;
	(void)context;
	return one * n;
}

static struct curl_slist *headers_make(const struct message *message)
{
	const int64_t at_s = number_realtime_ns() / NS_PER_S;
	_free_ char *id = alloc_format("msg_%lld", (long long)message->id);
	_free_ char *standard = NULL;
	_free_ char *hub = NULL;
	webhook_sign(message->secret, id, at_s, message->content, &standard, &hub);
	const struct {
		const char *name;
		char *value;
	} headers[] = {
		{"Content-Type", alloc_copy("application/json")},
		{"Expect", alloc_copy("")},
		{"User-Agent", alloc_copy("Faultline")},
		{"X-Hub-Signature-256", alloc_copy(hub)},
		{"webhook-id", alloc_copy(id)},
		{"webhook-signature", alloc_copy(standard)},
		{"webhook-timestamp", alloc_format("%lld", (long long)at_s)},
	};
	struct curl_slist *list = NULL;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		_free_ char *line = alloc_format("%s: %s", headers[i].name, headers[i].value);
		list = curl_slist_append(list, line);
		free(headers[i].value);
	}
	return list;
}

static void webhook_answer(
	CURL *easy, CURLcode code, const char *words, const struct door *door, struct sent *out)
{
	long status = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (door->is_refused) {
		sent_failed(out, SENT_NEVER,
			door->is_plain
				? "http is for the networks of --webhook-networks only: use https"
				: "the address is not a public one, nor in --webhook-networks");
	} else if (code != CURLE_OK) {
		sent_failed(out, SENT_AGAIN, "%s", transfer_why(code, words));
	} else if (status / HUNDREDS == HTTP_OK) {
		out->kind = SENT_TAKEN;
	} else if (status == HTTP_GONE) {
		sent_failed(out, SENT_GONE, "the receiver says that it is gone (410)");
	} else {
		sent_failed(out, SENT_AGAIN, "the receiver answered %ld", status);
	}
}

static void webhook_run(const struct alert_config *config, const struct message *message,
	CURL *easy, struct sent *out)
{
	char words[CURL_ERROR_SIZE];
	struct door door = {.allowed = config->webhook_networks,
		.is_plain = strncmp(message->target, "https:", 6) != 0};
	struct curl_slist *headers = headers_make(message);
	transfer_limit(easy, config, words);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(easy, CURLOPT_URL, message->target);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, door_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &door);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, message->content);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(message->content));
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, answer_drop);
	const CURLcode code = curl_easy_perform(easy);
	webhook_answer(easy, code, words, &door, out);
	curl_slist_free_all(headers);
}

void webhook_send(
	const struct alert_config *config, const struct message *message, struct sent *out)
{
	CURL *easy = curl_easy_init();
	if (easy == NULL) {
		sent_failed(out, SENT_AGAIN, "cannot start libcurl");
		return;
	}
	webhook_run(config, message, easy, out);
	curl_easy_cleanup(easy);
}
