/* One request and its answer, as handlers see them. */
#include "http/request.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "http/room.h"
#include "shared/alloc.h"
#include "store/db.h"

const char *request_header(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++) {
		if (strcasecmp(req->headers[i].name, name) == 0) {
			return req->headers[i].value;
		}
	}
	return NULL;
}

const char *request_argument(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->argument_count; i++) {
		if (strcmp(req->arguments[i].name, name) == 0) {
			return req->arguments[i].value;
		}
	}
	return NULL;
}

static void response_body_drop(struct response *res)
{
	if (!res->is_static) {
		free(res->body);
	}
	if (res->fd > 0) {
		close(res->fd);
	}
	res->body = NULL;
	res->size = 0;
	res->fd = 0;
	res->is_static = false;
}

void response_fini(struct response *res)
{
	response_body_drop(res);
	for (size_t i = 0; i < res->header_count; i++) {
		free(res->headers[i].value);
	}
	free(res->parked_tags);
	room_give(res->room, res->room_bytes);
	*res = (struct response){0};
}

void response_header(struct response *res, const char *name, const char *format, ...)
{
	assert(res->header_count < RESPONSE_HEADERS_MAX);
	va_list list;
	va_start(list, format);
	char *value = alloc_format_list(format, list);
	va_end(list);
	res->headers[res->header_count] = (struct header){.name = name, .value = value};
	res->header_count++;
}

void response_take(struct response *res, int status, const char *type, char *body, size_t size)
{
	response_body_drop(res);
	res->status = status;
	res->type = type;
	res->body = body;
	res->size = size;
}

void response_json(struct response *res, int status, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	assert(text != NULL);
	json_decref(json);
	const size_t n = strlen(text);
	text = alloc_resize(text, n + 2, 1);
	memcpy(text + n, "\n", 2);
	response_take(res, status, "application/json", text, n + 1);
}

static int error_answer(struct response *res, int status, const char *code, json_t *details,
	const char *format, va_list list)
{
	char *text = alloc_format_list(format, list);
	/* The text may quote what the client sent: jansson refuses what is not UTF-8. */
	json_t *error = json_string(text);
	free(text);
	json_t *json = json_object();
	json_object_set_new(json, "error", error == NULL ? json_string(code) : error);
	json_object_set_new(json, "code", json_string(code));
	if (details != NULL) {
		json_object_set_new(json, "details", details);
	}
	response_json(res, status, json);
	return 0;
}

int response_error(struct response *res, int status, const char *code, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	error_answer(res, status, code, NULL, format, list);
	va_end(list);
	return 0;
}

int response_error_details(struct response *res, int status, const char *code, json_t *details,
	const char *format, ...)
{
	va_list list;
	va_start(list, format);
	error_answer(res, status, code, details, format, list);
	va_end(list);
	return 0;
}

void response_fault(struct response *res, int fault)
{
	response_fini(res);
	if (fault != DB_FAULT_RETRY) {
		response_error(res, 500, "internal", "the server failed; its log says why");
		return;
	}
	response_error(res, 503, "database_down",
		"the database does not answer at the moment; try again in a few seconds");
	response_header(res, "Retry-After", "2");
}
