#include <stdio.h>

int numbers[4] = {1, 2, 3, 4};

int main(int argc, char **argv) {
  (void)argv;
  printf("%d\n", numbers[3 + argc]);
  return 0;
}
