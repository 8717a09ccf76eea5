int number(void);

int number(void) { return 0x12345; }
