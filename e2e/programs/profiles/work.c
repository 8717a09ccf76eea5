#include <stdio.h>

int often_run(int number);
int rarely_run(int number);

/* Calls one function 200 000 times, and the other where it has many arguments, which nobody gives it. */
int main(int argc, char **argv) {
    (void)argv;
    int sum = 0;
    for (int i = 0; i < 200000; i++) sum += argc > 20 ? rarely_run(i) : often_run(i);
    printf("%d\n", sum);
    return 0;
}
