// Uses what compilers choose instructions of younger CPUs for, and prints which CPU select() has found.
#include <math.h>
#include <stdio.h>

#ifndef FOUND
#error "select() on the CPU's own constraint has found nothing"
#endif

struct wide {
    long members[3];
};

static float left[256], right[256];
static unsigned char bytes[256], ones[256], zeros[256];
static _Atomic int counter;

// Too wide for the CPU's own atomic operations, so that those of the runtime are called.
static _Atomic struct wide guarded;

// Of the libc, not what the compiler would put in its place.
static double (*volatile fused)(double, double, double) = fma;

__attribute__((noinline)) static void scale(float *x, const float *y, int n) {
    for (int i = 0; i < n; i++) x[i] = x[i] * y[i] + 1.0f;
}

__attribute__((noinline)) static unsigned dot(const unsigned char *x, const unsigned char *y, int n) {
    unsigned sum = 0;
    for (int i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

__attribute__((noinline)) static void choose(unsigned char *x, const unsigned char *yes, const unsigned char *no, int n) {
    for (int i = 0; i < n; i++) x[i] = (x[i] & yes[i]) | (~x[i] & no[i]);
}

__attribute__((noinline)) static int count(unsigned long x) { return __builtin_popcountl(x); }

__attribute__((noinline)) static int add(_Atomic int *p) { return __c11_atomic_fetch_add(p, 1, __ATOMIC_SEQ_CST); }

__attribute__((noinline)) static int load(_Atomic int *p) { return __c11_atomic_load(p, __ATOMIC_ACQUIRE); }

int main(int argc, char **argv) {
    (void)argv;
    struct wide value = guarded;
    value.members[0] += argc;
    guarded = value;
    for (int i = 0; i < 256; i++) {
        left[i] = right[i] = i;
        bytes[i] = i;
        ones[i] = -argc;
        zeros[i] = argc - 1;
    }
    scale(left, right, 256);
    choose(bytes, ones, zeros, 256);
    int before = add(&counter);
    printf("%s: %g %u %d %d %d %g %ld\n", FOUND, left[2], dot(bytes, bytes, 256), count(argc + 254), before, load(&counter),
           fused(2, argc, 3), value.members[0]);
    return 0;
}
