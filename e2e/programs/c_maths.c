// Floating point: the C library's idea of long double against the compiler's and against what the machine does.
// mingw-w64's own printf and strtold, which know its long double; Microsoft's take it for a double.
#define __USE_MINGW_ANSI_STDIO 1
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static volatile long double one = 1.0L;
static volatile long double third_of = 3.0L;
static volatile double small = 1e-9;

// Significand digits, by halving until one plus the rest is one.
static int measured_digits(void) {
    int digits = 0;
    volatile long double step = one, sum;
    do {
        digits++;
        step /= 2;
        sum = one + step;
    } while (sum != one);
    return digits;
}

static int survives_text(long double number) {
    char text[128];
    snprintf(text, sizeof text, "%.*Lg", DECIMAL_DIG, number);
    return strtold(text, NULL) == number;
}

int main(void) {
    printf("long double: library %d, compiler %d, measured %d digits\n", LDBL_MANT_DIG, __LDBL_MANT_DIG__, measured_digits());
    long double third = one / third_of;
    printf("text: %s, %s, %s\n", survives_text(third) ? "exact" : "lossy", survives_text(sqrtl(third_of)) ? "exact" : "lossy",
           survives_text(-1e-300L * third) ? "exact" : "lossy");
    printf("long double maths: %.12Lf %.12Lf %.12Lf %.12Lf\n", sqrtl(2.0L * one), sinl(one), powl(third_of, 2.5L), expl(one));
    printf("long double parts: %.1Lf %ld %.3Lf\n", floorl(-2.5L * one), lrintl(2.5L * one), fmodl(10.0L * one, third_of));
    printf("double maths: %.10f %.10f %.10f %.10f\n", sin(1.0 * (double)one), log1p(small) * 1e9, tgamma(5.5 * (double)one), hypot(3, 4 * (double)one));
    printf("float maths: %.5f %.5f %.5f\n", sinf((float)one), cbrtf(27.0f * (float)one), fmaf((float)one, 2.0f, 0.5f));
    printf("classes: %d %d %d\n", isnan(NAN * (double)one) != 0, isinf(1.0 / (small * 0)) != 0, fpclassify(DBL_MIN / (4.0 * (double)one)) == FP_SUBNORMAL);
    printf("hexadecimal: %a %a\n", 0.1 * (double)one, (double)FLT_EPSILON);
#ifdef FE_UPWARD
    volatile double numerator = 1.0, denominator = 3.0;
    double nearest = numerator / denominator;
    if (fesetround(FE_UPWARD) != 0) puts("rounding upward: refused");
    double upward = numerator / denominator;
    fesetround(FE_TONEAREST);
    if (!(upward > nearest)) puts("rounding upward: without effect");
#endif
    return 0;
}
