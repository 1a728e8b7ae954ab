/* Channel mail: one plain-text mail to one address, by SMTP. libcurl sends what it is given: Date,
 * Message-ID and line ends are made here, and headers that are not ASCII are encoded (RFC 2047). */
#include "alert/mail.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alert/transfer.h"
#include "shared/alloc.h"
#include "shared/cleanup.h"
#include "shared/cut.h"

/* A word of RFC 2047 has 75 bytes at most: 45 bytes of text become 60 of base64. */
enum { WORD_BYTES = 45, WORD_CODED = 64 };

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80) {
		text++;
	}
	return *text == '\0';
}

/* A header's value: one line, and words of RFC 2047 where it is not ASCII. Owned by the caller. */
static char *header_value(const char *text)
{
	_free_ char *line = alloc_copy(text);
	for (char *c = line; *c != '\0'; c++) {
		*c = (unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c;
	}
	if (is_ascii(line)) {
		char *plain = line;
		line = NULL;
		return plain;
	}
	char *out = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&out, &size);
	for (const char *at = line; *at != '\0';) {
		const size_t n = cut_size(at, WORD_BYTES);
		unsigned char coded[WORD_CODED + 1];
		EVP_EncodeBlock(coded, (const unsigned char *)at, (int)n);
		fprintf(file, "%s=?UTF-8?B?%s?=", at == line ? "" : " ", (const char *)coded);
		at += n;
	}
	fclose(file);
	return out;
}

static void header_add(FILE *out, const char *name, const char *format, const char *text)
{
	_free_ char *value = header_value(text);
	_free_ char *shaped = alloc_format(format, value);
	fprintf(out, "%s: %s\r\n", name, shaped);
}

/* RFC 5322's names of days and months are English whatever the locale. */
static void date_add(FILE *out, int64_t at_s)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t at = (time_t)at_s;
	struct tm tm;
	gmtime_r(&at, &tm);
	fprintf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
		tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Control characters of the text's own are left out: a server that takes a CR for a line's end
 * would read what stands behind as orders of ours, and a terminal obeys the others. */
static void content_add(FILE *out, const char *content)
{
	for (const char *c = content; *c != '\0'; c++) {
		const bool is_control = (unsigned char)*c < ' ' || *c == 0x7f;
		if (!is_control || *c == '\n' || *c == '\t') {
			fputs(*c == '\n' ? "\r\n" : (const char[]){*c, '\0'}, out);
		}
	}
}

/* The mail as it goes over the line. Its lines are short enough for any server (text.h). */
char *mail_text(const struct alert_config *config, const struct message *message)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	header_add(out, "From", "Faultline <%s>", config->mail_from);
	header_add(out, "To", "%s", message->target);
	header_add(out, "Subject", "%s", message->subject);
	date_add(out, message->created_s);
	header_add(out, "Message-ID", "<%s>", message->message_id);
	if (message->in_reply_to != NULL) {
		header_add(out, "In-Reply-To", "<%s>", message->in_reply_to);
		header_add(out, "References", "<%s>", message->in_reply_to);
	}
	header_add(out, "Auto-Submitted", "%s", "auto-generated");
	header_add(out, "MIME-Version", "%s", "1.0");
	header_add(out, "Content-Type", "%s", "text/plain; charset=utf-8");
	header_add(out, "Content-Transfer-Encoding", "%s",
		is_ascii(message->content) ? "7bit" : "8bit");
	fputs("\r\n", out);
	content_add(out, message->content);
	fclose(out);
	return text;
}

/* A password goes over no line that others can read. */
static long tls_level(const char *server)
{
	const char *host = strstr(server, "://");
	return host != NULL && strchr(host, '@') != NULL ? (long)CURLUSESSL_ALL
							 : (long)CURLUSESSL_TRY;
}

/* What the server refused with 5xx it will refuse again. */
static void mail_answer(CURL *easy, CURLcode code, const char *words, struct sent *out)
{
	enum { FINAL_LOW = 550, FINAL_HIGH = 559 };
	long status = 0;
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK) {
		out->kind = SENT_TAKEN;
		return;
	}
	const bool is_final = status >= FINAL_LOW && status <= FINAL_HIGH;
	sent_failed(out, is_final ? SENT_NEVER : SENT_AGAIN, "%s (%ld)", transfer_why(code, words),
		status);
}

static void mail_run(const struct alert_config *config, const struct message *message, CURL *easy,
	struct sent *out)
{
	char words[CURL_ERROR_SIZE];
	_free_ char *from = alloc_format("<%s>", config->mail_from);
	_free_ char *to = alloc_format("<%s>", message->target);
	_free_ char *text = mail_text(config, message);
	_file_ FILE *in = fmemopen(text, strlen(text), "r");
	struct curl_slist *recipients = curl_slist_append(NULL, to);
	transfer_limit(easy, config, words);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(easy, CURLOPT_URL, config->mail_server);
	curl_easy_setopt(easy, CURLOPT_USE_SSL, tls_level(config->mail_server));
	curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(easy, CURLOPT_READDATA, in);
	const CURLcode code = curl_easy_perform(easy);
	mail_answer(easy, code, words, out);
	curl_slist_free_all(recipients);
}

void mail_send(const struct alert_config *config, const struct message *message, struct sent *out)
{
	if (config->mail_server[0] == '\0' || config->mail_from[0] == '\0') {
		sent_failed(out, SENT_AGAIN, "this server has no --mail-server and --mail-from");
		return;
	}
	CURL *easy = curl_easy_init();
	if (easy == NULL) {
		sent_failed(out, SENT_AGAIN, "cannot start libcurl");
		return;
	}
	mail_run(config, message, easy, out);
	curl_easy_cleanup(easy);
}
