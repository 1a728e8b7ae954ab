int kernel_main(void);

int kernel_main(void)
{
	return 0;
}
