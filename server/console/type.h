/* The field's type of a report, read off its title. */
#pragma once

/* Answers a constant; "" for titles that have no type. */
const char *type_of(const char *title);
