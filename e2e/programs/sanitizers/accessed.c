#include <stdlib.h>
int main(void) {
    volatile char *memory = malloc(4321);
    for (int i = 0; i < 4321; i++) memory[i] = (char)i;
    free((void *)memory);
    return 1;
}
