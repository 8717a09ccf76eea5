// Has a function of a length for which XRay sets a mark.
#include <stdio.h>

__attribute__((noinline, xray_always_instrument)) static int fibonacci(int n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

int main(int argc, char **argv) {
    (void)argv;
    printf("%d\n", fibonacci(argc + 9));
    return 1;
}
