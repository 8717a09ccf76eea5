int number(void);

/* Calls a function of another source, which gives back a number that is not in this one. */
__attribute__((noinline)) int checked(void) { return number(); }

/* Nobody knows what is called, so that the function stays. */
int (*volatile called)(void) = checked;

int main(void) { return called() == 0x12345 ? 0 : 1; }
