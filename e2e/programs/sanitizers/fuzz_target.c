// Is wrong for one input in four billions, to which each right byte is a step.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  volatile char array[4] = "abc";
  if (size > 3 && bytes[0] == 'F' && bytes[1] == 'U' && bytes[2] == 'Z' && bytes[3] == 'Z') {
    array[bytes[3] - 'Z' + sizeof array] = 1;
    abort();
  }
  return 0;
}
