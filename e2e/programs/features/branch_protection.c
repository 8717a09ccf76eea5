int twice(int x);

/* Called by pointer, so that it may be jumped to, and calls another, so that its return address is on the stack. */
__attribute__((noinline)) int checked(int x) { return twice(x) + 1; }

int (*volatile called)(int) = checked;

__attribute__((noinline)) int twice(int x) { return 2 * x; }

int main(void) { return called(20) == 41 ? 0 : 1; }
