#include <stdio.h>
#include <sys/utsname.h>

int main(void) {
    struct utsname machine;
    if (uname(&machine) != 0) {
        perror("uname");
        return 1;
    }
    printf("Hello from C on %s, %zu-bit\n", machine.machine, 8 * sizeof(void *));
    return 0;
}
