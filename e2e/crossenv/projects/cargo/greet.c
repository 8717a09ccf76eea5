#include <stdio.h>
#include <string.h>

int greet(const char *name) {
  printf("hello %s from C\n", name);
  fflush(stdout);
  return (int)strlen(name);
}
