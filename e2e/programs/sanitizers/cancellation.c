// Takes a number from one that is nearly the same, after a smaller one was added and lost.
#include <stdio.h>

__attribute__((noinline)) static float difference(float large, float small) { return (large + small) - large; }

int main(int argc, char **argv) {
    (void)argv;
    float lost = difference(100000000.0f * argc, 1.0f);
    printf("%f\n", lost);
    return lost != 1.0f;
}
