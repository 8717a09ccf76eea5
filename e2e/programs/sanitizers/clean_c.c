/* Nothing is wrong here, and nothing is of C++. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char *text = malloc(16);
  strcpy(text, "fifteen letters");
  puts(text);
  free(text);
  return 0;
}
