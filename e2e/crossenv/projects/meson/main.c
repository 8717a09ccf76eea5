#include "config.h"

void greet(const char *name);

_Static_assert(sizeof(void *) == POINTER_SIZE, "meson measured another size");

int main(void) {
  greet(SYSTEM);
  return 0;
}
