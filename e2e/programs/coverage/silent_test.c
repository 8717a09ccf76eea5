#include <unistd.h>

#include "sign.h"

/* Ends without writing what it has counted. */
int main(void) {
    _exit(sign(0));
}
