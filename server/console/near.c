/* Paths near a crash. */
#include "console/near.h"

#include <stdlib.h>
#include <string.h>

#include "console/source.h"
#include "shared/alloc.h"

/* PLACES_MAX: of each kind, more would make everything near. WORD_MIN: "do" and "sys" are no
 * subsystems, but "xfs" is; shorter words are few. */
enum { PLACES_MAX = 64, WORD_MIN = 3 };

struct places {
	char *list[PLACES_MAX];
	size_t n;
};

struct near {
	struct places folders; /* with the slash behind */
	struct places words;
};

struct near *near_new(void)
{
	return alloc_zero(1, sizeof(struct near));
}

static void places_fini(struct places *places)
{
	for (size_t i = 0; i < places->n; i++) {
		free(places->list[i]);
	}
}

void near_free(struct near *near)
{
	if (near != NULL) {
		places_fini(&near->folders);
		places_fini(&near->words);
		free(near);
	}
}

static void places_add(struct places *places, const char *text, size_t size)
{
	for (size_t i = 0; i < places->n; i++) {
		if (strlen(places->list[i]) == size && memcmp(places->list[i], text, size) == 0) {
			return;
		}
	}
	if (places->n < PLACES_MAX) {
		places->list[places->n++] = alloc_format("%.*s", (int)size, text);
	}
}

static void file_add(struct near *near, const char *file)
{
	file = strncmp(file, "./", 2) == 0 ? file + 2 : file;
	const char *slash = strrchr(file, '/');
	if (slash != NULL && file[0] != '/' && !source_is_machinery(file)) {
		places_add(&near->folders, file, (size_t)(slash - file) + 1);
	}
}

static void function_add(struct near *near, const char *function)
{
	function += strspn(function, "_");
	const size_t size = strcspn(function, "_.");
	if (size >= WORD_MIN && function[size] == '_') {
		places_add(&near->words, function, size);
	}
}

void near_add(struct near *near, const struct console_frame *frames, size_t n)
{
	for (size_t i = 0; i < n && i < NEAR_FRAMES; i++) {
		if (frames[i].file != NULL) {
			file_add(near, frames[i].file);
		}
		if (frames[i].function != NULL && frames[i].is_reliable) {
			function_add(near, frames[i].function);
		}
	}
}

enum near_by near_by(const struct near *near)
{
	return near->folders.n > 0 ? NEAR_FILES : near->words.n > 0 ? NEAR_FUNCTIONS : NEAR_UNKNOWN;
}

/* In the folder; below it too, unless it is one of the tree's top. */
static bool is_within(const char *path, const char *folder, size_t size)
{
	const bool is_top = memchr(folder, '/', size - 1) == NULL;
	return strncmp(path, folder, size) == 0 && !(is_top && strchr(path + size, '/') != NULL);
}

static size_t folders_size(const struct places *folders, const char *path)
{
	size_t most = 0;
	for (size_t i = 0; i < folders->n; i++) {
		const size_t size = strlen(folders->list[i]);
		if (size > most && is_within(path, folders->list[i], size)) {
			most = size;
		}
	}
	return most;
}

static bool has_word(const struct places *words, const char *text, size_t size)
{
	for (size_t i = 0; i < words->n; i++) {
		if (strlen(words->list[i]) == size && memcmp(words->list[i], text, size) == 0) {
			return true;
		}
	}
	return false;
}

/* Up to the folder that is called like a word, or all of a file that is. */
static size_t words_size(const struct places *words, const char *path)
{
	const char *part = path;
	for (size_t size = strcspn(part, "/"); part[size] == '/'; size = strcspn(part, "/")) {
		if (has_word(words, part, size)) {
			return (size_t)(part - path) + size + 1;
		}
		part += size + 1;
	}
	return has_word(words, part, strcspn(part, ".")) ? strlen(path) : 0;
}

size_t near_size(const struct near *near, const char *path)
{
	if (near->folders.n > 0) {
		return folders_size(&near->folders, path);
	}
	return source_is_machinery(path) ? 0 : words_size(&near->words, path);
}
