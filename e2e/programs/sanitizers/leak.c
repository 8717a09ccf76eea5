#include <stdlib.h>

void *volatile kept;

__attribute__((noinline)) void lose(void) {
  kept = malloc(77);
  kept = 0;
}

int main(void) {
  lose();
  return 0;
}
