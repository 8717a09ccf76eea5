// Allocates where nothing may block.
#include <stdlib.h>

static void *volatile kept;

static void process(int size) __attribute__((nonblocking)) { kept = malloc(size); }

int main(int argc, char **argv) {
    (void)argv;
    process(argc);
    return 0;
}
