/* A folder as mkfs.xfs wants it told: its prototype file (mkfs.xfs -p). So a file system is filled
 * without mounting it, and nobody needs to be root. */
#pragma once

#include <stdint.h>
#include <stdio.h>

/* Writes the prototype of all below `folder`, every file owned by root; what is neither folder,
 * file nor link is left out, and so is a name that the format cannot hold (with white space).
 * *bytes is what the files take, each rounded up to `block_size`. 0 or a fault. */
int root_proto_write(const char *folder, int64_t block_size, FILE *out, int64_t *bytes);
