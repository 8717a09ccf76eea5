#include <stdint.h>
#include <stdio.h>

uint64_t sum_of_squares(const uint32_t *values, size_t count);

int main(void) {
    const uint32_t values[] = {3, 4, 100000};
    printf("squares: %llu\n", (unsigned long long)sum_of_squares(values, sizeof values / sizeof *values));
    return 0;
}
