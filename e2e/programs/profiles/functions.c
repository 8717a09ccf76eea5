int rarely_run(int number) {
    return number * 31;
}

int often_run(int number) {
    int steps = 0;
    while (number > 1) {
        number = number % 2 ? 3 * number + 1 : number / 2;
        if (++steps > 100000) {
            return rarely_run(steps) + rarely_run(number);
        }
    }
    return steps;
}
