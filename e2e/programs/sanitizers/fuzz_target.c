// Fails for one input in four billions, to which each right byte is a step.
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static volatile int sink;
    char array[4];
    if (size > 3 && bytes[0] == 'F' && bytes[1] == 'U' && bytes[2] == 'Z' && bytes[3] == 'Z') array[size] = 1;
    sink = array[0];
    return 0;
}
