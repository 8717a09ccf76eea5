#include <stdio.h>

// Of Go, under the name that //export gives it.
extern int Sum(int);

int main(void) { return printf("sum %d\n", Sum(100)) < 0; }
