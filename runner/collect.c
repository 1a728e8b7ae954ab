/* The step `collect`: the guest is off, its files are complete; what is left is small. */
#include <stddef.h>
#include <unistd.h>

#include "runner/steps.h"
#include "shared/cleanup.h"

int collect_run(struct attempt *a, int64_t until_ns)
{
	(void)until_ns;
	spool_use_reserve(&a->spool);
	static const char *const spent[] = {"disk.img", "qemu.log"};
	for (size_t i = 0; i < sizeof(spent) / sizeof(spent[0]); i++) {
		_free_ char *path = spool_path(&a->spool, spent[i]);
		unlink(path);
	}
	return 0;
}
