/* Types by title. First row that fits wins, so special ones stand before general ones. */
#include "console/type.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *start; /* the title begins with it */
	const char *part;  /* and holds this; NULL: anything */
	const char *type;
} types[] = {
	{"KFENCE: invalid free", NULL, "KFENCE-INVALID-FREE"},
	{"KFENCE: memory corruption", NULL, "KFENCE-MEMORY-CORRUPTION"},
	{"KFENCE: use-after-free", "write", "KFENCE-USE-AFTER-FREE-WRITE"},
	{"KFENCE: use-after-free", NULL, "KFENCE-USE-AFTER-FREE-READ"},
	{"KFENCE: ", " write in", "KFENCE-WRITE"},
	{"KFENCE: ", " read in", "KFENCE-READ"},
	{"KFENCE: ", NULL, "KFENCE-UNKNOWN"},
	{"KMSAN: uninit-value", NULL, "KMSAN-UNINIT-VALUE"},
	{"KMSAN: kernel-infoleak", NULL, "KMSAN-INFO-LEAK"},
	{"KMSAN: kernel-usb-infoleak", NULL, "KMSAN-INFO-LEAK"},
	{"KMSAN: use-after-free", NULL, "KMSAN-USE-AFTER-FREE-READ"},
	{"KMSAN: ", NULL, "KMSAN-UNKNOWN"},
	{"KASAN: null-ptr-deref", "Write", "KASAN-NULL-POINTER-DEREFERENCE-WRITE"},
	{"KASAN: null-ptr-deref", NULL, "KASAN-NULL-POINTER-DEREFERENCE-READ"},
	{"KASAN: ", "use-after-free Write", "KASAN-USE-AFTER-FREE-WRITE"},
	{"KASAN: ", "use-after-free", "KASAN-USE-AFTER-FREE-READ"},
	{"KASAN: ", "invalid-free", "KASAN-INVALID-FREE"},
	{"KASAN: ", "double-free", "KASAN-INVALID-FREE"},
	{"KASAN: ", " Write", "KASAN-WRITE"},
	{"KASAN: ", "out-of-bounds", "KASAN-READ"},
	{"KASAN: ", " Read", "KASAN-READ"},
	{"KASAN: ", NULL, "KASAN-UNKNOWN"},
	{"KCSAN: data-race", NULL, "KCSAN-DATARACE"},
	{"KCSAN: assert: race", NULL, "KCSAN-ASSERT"},
	{"KCSAN: ", NULL, "KCSAN-UNKNOWN"},
	{"BUG: unable to handle kernel NULL pointer dereference", NULL, "NULL-POINTER-DEREFERENCE"},
	{"BUG: corrupted list", NULL, "MEMORY_SAFETY_BUG"},
	{"BUG: unable to handle kernel paging request", NULL, "MEMORY_SAFETY_BUG"},
	{"WARNING: refcount bug", NULL, "REFCOUNT_WARNING"},
	{"UBSAN: array-index", NULL, "MEMORY_SAFETY_UBSAN"},
	{"UBSAN: ", NULL, "UBSAN"},
	{"BUG: bad unlock balance", NULL, "LOCKDEP"},
	{"BUG: held lock freed", NULL, "LOCKDEP"},
	{"BUG: lock held when returning to user space", NULL, "LOCKDEP"},
	{"BUG: rwlock", NULL, "LOCKDEP"},
	{"BUG: spinlock", NULL, "LOCKDEP"},
	{"BUG: still has locks held", NULL, "LOCKDEP"},
	{"BUG: using ", "in preemptible code", "LOCKDEP"},
	{"BUG: workqueue leaked", NULL, "LOCKDEP"},
	{"INFO: suspicious RCU usage", NULL, "LOCKDEP"},
	{"WARNING: bad unlock balance", NULL, "LOCKDEP"},
	{"WARNING: held lock freed", NULL, "LOCKDEP"},
	{"WARNING: lock held when returning to user space", NULL, "LOCKDEP"},
	{"WARNING: locking bug", NULL, "LOCKDEP"},
	{"WARNING: nested lock was not taken", NULL, "LOCKDEP"},
	{"WARNING: still has locks held", NULL, "LOCKDEP"},
	{"WARNING: suspicious RCU usage", NULL, "LOCKDEP"},
	{"inconsistent lock state", NULL, "LOCKDEP"},
	{"possible deadlock", NULL, "LOCKDEP"},
	{"BUG: scheduling while atomic", NULL, "ATOMIC_SLEEP"},
	{"BUG: sleeping function called", NULL, "ATOMIC_SLEEP"},
	{"memory leak", NULL, "LEAK"},
	{"BUG: bad usercopy", NULL, "BUG"},
	{"kernel BUG", NULL, "BUG"},
	{"WARNING in ", NULL, "WARNING"},
	{"WARNING: kernel stack", NULL, ""},
	{"WARNING: stack going", NULL, ""},
	{"BUG: hard lockup", NULL, "HANG"},
	{"BUG: soft lockup", NULL, "HANG"},
	{"INFO: rcu detected stall", NULL, "HANG"},
	{"INFO: task can't die", NULL, "HANG"},
	{"INFO: task hung", NULL, "HANG"},
	{"unexpected kernel reboot", NULL, "REBOOT"},
	{"SYZFAIL:", NULL, "SYZ_FAILURE"},
	{"SYZFATAL:", NULL, "SYZ_FAILURE"},
	{"BUG: Object already free", NULL, "DoS"},
	{"WARNING: ", NULL, "WARNING"},
	{"BUG: ", NULL, ""},
	{"INFO: ", NULL, ""},
	{"", NULL, "DoS"},
};

const char *type_of(const char *title)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strncmp(title, types[i].start, strlen(types[i].start)) == 0 &&
			(types[i].part == NULL || strstr(title, types[i].part) != NULL)) {
			return types[i].type;
		}
	}
	return "";
}
