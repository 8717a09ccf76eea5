#include <stdio.h>

/* Two functions of the same code, and nobody asks for their addresses. */
__attribute__((noinline)) int checked(int number) { return number * 3 + 1; }

__attribute__((noinline)) int same(int number) { return number * 3 + 1; }

int main(int count, char **arguments) {
  (void)arguments;
  return printf("%d\n", checked(count) + same(count + 1)) > 0 ? 0 : 1;
}
