/** Uses something of each kind of a libc: threads, thread-local data, dlopen, maths, data that programs copy, libc_nonshared.a. */
export const kindsProgram = {
  linkopts: ["-pthread", "-ldl", "-lm", "-lrt", "-lutil", "-lresolv"],
  stdout: "thread 42, timezone -7200, folder 1, cosine 1, power 1024, environment 1\nbye\n",
  text: `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
extern char **environ;
static __thread int mine = 5;
static void *run(void *p) { mine += *(int *)p; return (void *)(long)mine; }
static void bye(void) { puts("bye"); }
int main(void) {
    int more = 37;
    void *result;
    pthread_t thread;
    struct stat root;
    atexit(bye);
    if (pthread_create(&thread, 0, run, &more) || pthread_join(thread, &result)) return 1;
    setenv("TZ", "UTC-2", 1);
    tzset();
    void *library = dlopen("libm.so.6", RTLD_NOW);
    double (*cosine)(double) = library ? (double (*)(double))dlsym(library, "cos") : 0;
    volatile double two = 2;
    fprintf(stdout, "thread %ld, timezone %ld, folder %d, cosine %g, power %g, environment %d\\n", (long)result, timezone,
            stat("/", &root) == 0 && S_ISDIR(root.st_mode), cosine ? cosine(0) : -1, pow(two, 10), environ[0] != 0);
    return 0;
}
`,
};
