#include <stdlib.h>
#include <string.h>

/* Copies two bytes more than were asked for, into what every allocator gives besides. */
int main(void) {
  volatile size_t copied = 12;
  char *to = malloc(10);
  if (to == NULL) return 2;
  memcpy(to, "twelve bytes", copied);
  char *volatile kept = to;
  return kept[11] == 's' ? 0 : 1;
}
