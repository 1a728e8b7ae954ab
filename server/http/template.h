/* Mustache, as far as pages need it: {{name}}, {{.}}, {{#section}}, {{^inverted}}, {{>partial}} and
 * {{! comment}}. Values are always escaped, and what XML has no place for becomes U+FFFD: there is
 * no raw tag, no dotted name, no lambda. False are: missing, null, false, "" and []. A name is
 * looked up from the innermost object outwards; one that is there with null ends the search. A tag
 * of sections, partials or comments that stands alone on its line takes the line with it. */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* Answers a template's text by its name, or NULL. */
typedef const char *template_finder(const char *name);

/* Fills the template called `name`; *out is the caller's, zero-terminated. 0 or a fault (no such
 * template, a tag that is not closed, partials within each other without end). */
int template_fill(
	template_finder *find, const char *name, const json_t *root, char **out, size_t *size);

/* Would any value fill it? Follows partials. 0 or a fault. */
int template_check(template_finder *find, const char *name);

/* web/templates/NAME.html. */
const char *template_embedded(const char *name);
