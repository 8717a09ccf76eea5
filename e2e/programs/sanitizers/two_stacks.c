// Tells whether an array lies on the stack of return addresses.
#include <stdint.h>
#include <stdio.h>

__attribute__((noinline)) static intptr_t away(char *array) {
    return (intptr_t)array - (intptr_t)__builtin_frame_address(0);
}

int main(void) {
    char array[64];
    intptr_t distance = away(array);
    if (distance > -65536 && distance < 65536) return 0;
    fputs("the array is on another stack\n", stderr);
    return 1;
}
