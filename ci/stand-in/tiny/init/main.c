int kernel_main(int n);

/* What crashes: inlined, so that the console names its caller. */
static inline __attribute__((always_inline)) int page_put(volatile int *count)
{
	if (--*count < 0) {
		__asm__ volatile("ud2");
	}
	return *count;
}

static __attribute__((noinline)) int tiny_read(volatile int *count)
{
	page_put(count);
	return page_put(count) + 1;
}

int kernel_main(int n)
{
	volatile int count = n;
	return 0 * tiny_read(&count);
}
