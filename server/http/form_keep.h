/* What a page's form that was refused shows again: everything that was typed and chosen, and beside
 * its field what is wrong with it. So nobody types anything twice, without JavaScript too. */
#pragma once

#include <jansson.h>

/* What is absent becomes null, or a name of the page around the form would stand in its place:
 * `known`, NULL-ended, are the fields that have one. */
void form_fill(json_t *form, const char *const *known);

/* Puts into the data of a page (all names for its template):
 *   form            the fields; each field F whose value is V gives F_V as well, which is true
 *   F_choices       of the page or of a part of it: those whose `name` was chosen get is_chosen
 *   error, wrong_F  `error` (NULL: none), and, when it begins with "field 'F'", what it says of F
 * `form` stays the caller's. */
void form_keep(json_t *page, const json_t *form, const char *error);
