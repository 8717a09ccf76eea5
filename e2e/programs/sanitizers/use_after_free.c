#include <stdlib.h>

int main(void) {
  int *number = malloc(sizeof *number);
  *number = 1;
  free(number);
  return *(volatile int *)number;
}
