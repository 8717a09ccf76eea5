#include <stdio.h>

int main(int argc, char **argv) {
  (void)argv;
  int numbers[4] = {1, 2, 3, 4};
  printf("%d\n", numbers[3 + argc]);
  return 0;
}
