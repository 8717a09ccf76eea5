// The C language and its library, and what the compiler asks the builtins library for.
#include <complex.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#define KIND(x) _Generic((x), int: "int", double: "double", char *: "char *", default: "other")
_Static_assert(sizeof(long long) == 8, "long long has 64 bits");

// Kept from the optimizer, so that the operations are done at run time.
static volatile int64_t dividend = -1234567890123456789;
static volatile int64_t divisor = 987654321;
static volatile double fraction = 1e18;

static int sum(int count, ...) {
    va_list numbers;
    va_start(numbers, count);
    int total = 0;
    while (count-- > 0) total += va_arg(numbers, int);
    va_end(numbers);
    return total;
}

static int ascending(const void *left, const void *right) {
    return *(const int *)left - *(const int *)right;
}

static void jump(void) {
    static jmp_buf place;
    volatile int jumps = 0;
    int value = setjmp(place);
    if (value < 3) {
        jumps++;
        longjmp(place, value + 1);
    }
    printf("long jumps: %d\n", jumps);
}

int main(void) {
    printf("standard: %ld\n", __STDC_VERSION__);
    printf("generic: %s, %s, %s\n", KIND(1), KIND(1.0), KIND((char *)0));

    struct { alignas(32) char first; union { int number; float real; }; } aligned = {.number = 5};
    printf("aligned: %d, %d\n", (int)((uintptr_t)&aligned % 32), aligned.number);

    printf("64-bit division: %" PRId64 " remainder %" PRId64 "\n", dividend / divisor, dividend % divisor);
    printf("conversion: %" PRIu64 ", %.1f\n", (uint64_t)fraction, (double)(uint64_t)(dividend - 1));
#ifdef __SIZEOF_INT128__
    unsigned __int128 wide = (unsigned __int128)(uint64_t)dividend * (uint64_t)divisor;
    unsigned __int128 quotient = wide / (uint64_t)divisor;
    printf("wide division: %s\n", quotient == (uint64_t)dividend ? "right" : "wrong");
#else
    printf("wide division: right\n");
#endif
    double complex product = (1.5 + 2.0 * I) * (fraction / 1e18 - 0.5 * I);
    printf("complex: %.2f%+.2fi, modulus %.4f\n", creal(product), cimag(product), cabs(3.0 + 4.0 * I));

    int numbers[] = {42, -7, 19, 0};
    qsort(numbers, 4, sizeof numbers[0], ascending);
    printf("sorted: %d %d %d %d, sum %d\n", numbers[0], numbers[1], numbers[2], numbers[3], sum(3, 1, 2, 3));

    wchar_t text[16];
    swprintf(text, 16, L"%ls-%d", L"wide", 3);
    printf("wide text: %d characters, %s\n", (int)wcslen(text), wcscmp(text, L"wide-3") == 0 ? "equal" : "different");

    jump();

    time_t moment = 1000000000;
    char date[32];
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", gmtime(&moment));
    printf("date: %s\n", date);

    char *end;
    long number = strtol("0x7f!", &end, 16);
    printf("parsed: %.6e, %ld, rest \"%s\"\n", strtod("6.02214076e23", NULL), number, end);
    return 0;
}
