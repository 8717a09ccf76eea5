#include "shout.h"

#include <ctype.h>
#include <string.h>

int shout(const char *text, char *result, unsigned long size) {
  unsigned long length = strlen(text);
  if (length >= size) return -1;
  for (unsigned long i = 0; i <= length; i++) result[i] = (char)toupper((unsigned char)text[i]);
  return (int)length;
}
