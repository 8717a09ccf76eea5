// Start and end of a program: arguments, environment, constructors, destructors, exit handlers, word width, byte order.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void constructed_last(void) { puts("constructor without priority"); }
__attribute__((constructor(102))) static void constructed_second(void) { puts("constructor 102"); }
__attribute__((constructor(101))) static void constructed_first(void) { puts("constructor 101"); }

__attribute__((destructor)) static void destructed_first(void) { puts("destructor without priority"); }
__attribute__((destructor(102))) static void destructed_second(void) { puts("destructor 102"); }
__attribute__((destructor(101))) static void destructed_last(void) { puts("destructor 101"); }

static void registered_first(void) { puts("exit handler registered first"); }
static void registered_second(void) { puts("exit handler registered second"); }

static const char *byte_order(void) {
    uint32_t number = 0x01020304;
    unsigned char bytes[sizeof number];
    memcpy(bytes, &number, sizeof number);
    if (bytes[0] == 1 && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) return "big";
    if (bytes[0] == 4 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) return "little";
    return "contradictory";
}

int main(int argc, char **argv) {
    atexit(registered_first);
    atexit(registered_second);
    for (int i = 1; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
    const char *greeting = getenv("GREETING");
    printf("environment: %s\n", greeting ? greeting : "(unset)");
    printf("pointer: %d bits\n", (int)(8 * sizeof(void *)));
    printf("byte order: %s\n", byte_order());
    return 7;
}
