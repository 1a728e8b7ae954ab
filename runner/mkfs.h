/* How file systems are made: mkfs's words for a profile. */
#pragma once

#include "runner/attempt.h"
#include "runner/words.h"

/* Adds the words that make the profile's file system in `disk.img`. 0, or -1 when it is not known
 * here. */
int mkfs_words(const struct attempt *attempt, struct words *argv);

/* The same, filled with the folder `tree`, whose prototype (root_proto.h) is the file `proto`. */
int mkfs_words_filled(
	const struct attempt *attempt, const char *tree, const char *proto, struct words *argv);
