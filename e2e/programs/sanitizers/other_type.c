// TySan tells, and goes on: that the program has failed, it says itself.
#include <stdio.h>
#include <stdlib.h>
int main(void) {
    float *number = malloc(sizeof *number);
    *number = 1.5f;
    int *bits = (int *)number;
    printf("%d\n", *bits);
    free(number);
    return 1;
}
