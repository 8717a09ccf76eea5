#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv) {
    (void)argv;
    int *numbers = malloc(4 * sizeof(int));
    numbers[argc] = 1;
    if (numbers[argc + 1]) puts("set");
    free(numbers);
    return 0;
}
