#include <stdlib.h>

/* The index is known when the program runs. */
int main(int argc, char **argv) {
  (void)argv;
  char *bytes = malloc(10);
  bytes[9 + argc] = 1;
  int last = bytes[9];
  free(bytes);
  return last;
}
