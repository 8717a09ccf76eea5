#include "shout.h"

#include <math.h>
#include <stdio.h>

int main(int argc, char **argv) {
  char loud[64];
  int length = shout(argc > 1 ? argv[1] : "hello", loud, sizeof loud);
  printf("%s, %d letters, root %.3f\n", loud, length, sqrt(length));
  return 0;
}
