#include "sign.h"

int sign(int number) {
    if (number < 0) {
        return -1;
    }
    if (number > 1000) {
        return 2;
    }
    return number > 0;
}

int never_called(void) {
    return 1;
}
