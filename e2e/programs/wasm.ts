const buildFile = `
load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_shared_library")

cc_library(name = "helper", srcs = ["helper.c"], hdrs = ["helper.h"])
cc_binary(name = "functions_c", srcs = ["functions.c"], features = ["-cxx"], deps = [":helper"])
cc_binary(name = "functions_cc", srcs = ["functions.cc"], deps = [":helper"])
cc_shared_library(name = "shared", deps = [":helper"])

cc_binary(name = "reactor", srcs = ["reactor.cc"], linkopts = ["-mexec-model=reactor"])
cc_binary(name = "files", srcs = ["files.c"], features = ["-cxx"])
cc_binary(
    name = "emulated",
    srcs = ["emulated.c"],
    features = ["-cxx"],
    local_defines = ["_WASI_EMULATED_GETPID", "_WASI_EMULATED_MMAN", "_WASI_EMULATED_PROCESS_CLOCKS", "_WASI_EMULATED_SIGNAL"],
    linkopts = ["-lwasi-emulated-getpid", "-lwasi-emulated-mman", "-lwasi-emulated-process-clocks", "-lwasi-emulated-signal"],
)
cc_binary(name = "jumps", srcs = ["jumps.c"], features = ["-cxx"])
cc_binary(name = "posix_threads", srcs = ["posix_threads.c"], features = ["-cxx"])
cc_binary(name = "cpp_threads", srcs = ["cpp_threads.cc"])
cc_binary(name = "long_double", srcs = ["long_double.c"], features = ["-cxx"], linkopts = ["-lc-printscan-long-double"])
`;

const exported = "#define EXPORT(name) __attribute__((export_name(#name)))\n";

/** The workspace of the suite `wasm`: functions for a host, and programs of WASI. */
export const wasmFiles: Readonly<Record<string, string>> = {
  "BUILD.bazel": buildFile,
  "helper.h": '#pragma once\n#ifdef __cplusplus\nextern "C"\n#endif\nint helped(int number);\n',
  "helper.c": '#include "helper.h"\nint helped(int number) { return number + 1; }\n',
  "functions.c": `#include <limits.h>
#include <stdint.h>
#include "helper.h"
${exported}
__attribute__((import_module("host"), import_name("tell"))) void tell(int number);
static unsigned char sieve[1000];
EXPORT(add) int add(int a, int b) { return a + b; }
EXPORT(pointer_bits) int pointer_bits(void) { return sizeof(void *) * CHAR_BIT; }
EXPORT(twice) void twice(int number) { tell(number); tell(helped(number)); }
// 128 bits and long double are done by functions of compiler-rt.
EXPORT(scaled) uint64_t scaled(uint64_t a, uint64_t b, uint64_t c) { return (unsigned __int128)a * b / c; }
EXPORT(third) double third(double x) { return (double)((long double)x / 3.0L); }
EXPORT(primes) int primes(int below) {
    int count = 0;
    for (int i = 2; i < below; i++) {
        if (sieve[i]) continue;
        count++;
        for (int j = 2 * i; j < below; j += i) sieve[j] = 1;
    }
    return count;
}
int hidden(void) { return 1; }
`,
  "functions.cc": `#include <stdint.h>
#include "helper.h"
${exported}
extern "C" __attribute__((import_module("host"), import_name("tell"))) void tell(int number);
namespace {
struct Shape { virtual int area() const = 0; };
struct Square final : Shape { int side; explicit Square(int s) : side(s) {} int area() const override { return side * side; } };
struct Strip final : Shape { int length; explicit Strip(int l) : length(l) {} int area() const override { return length; } };
struct Counter { int calls; Counter() : calls(helped(40)) {} };
Counter counter;
template <typename T, typename F> T fold(const T* begin, const T* end, T start, F f) { for (; begin != end; ++begin) start = f(start, *begin); return start; }
}
extern "C" {
void __cxa_pure_virtual() { __builtin_trap(); }
EXPORT(area) int area(int kind, int size) { Square square(size); Strip strip(size); const Shape* const shapes[] = {&square, &strip}; return shapes[kind]->area(); }
EXPORT(count) int count() { return ++counter.calls; }
EXPORT(folded) int64_t folded(int64_t a, int64_t b) { const int64_t numbers[] = {a, b, 3}; return fold(numbers, numbers + 3, int64_t{1}, [](int64_t x, int64_t y) { return x * y; }); }
}
`,
  "reactor.cc": `#include <cstdio>
#include <stdexcept>
#include <string>
struct Ready { std::string text; Ready() : text("initialized") {} };
static Ready ready;
extern "C" __attribute__((export_name("run"))) int run() {
  std::puts(ready.text.c_str());
  try {
    throw std::runtime_error("thrown in a reactor");
  } catch (const std::exception& caught) {
    std::puts(caught.what());
  }
  std::fflush(stdout);
  return 9;
}
`,
  "files.c": `#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
int main(int argc, char **argv) {
    char path[4096], line[64] = "";
    snprintf(path, sizeof path, "%s/written", argv[1]);
    FILE *file = fopen(path, "w");
    if (!file) return perror(path), 1;
    fputs("a line\\n", file);
    fclose(file);
    file = fopen(path, "r");
    fgets(line, sizeof line, file);
    fclose(file);
    struct stat info;
    stat(path, &info);
    printf("%ld bytes: %s", (long)info.st_size, line);
    DIR *folder = opendir(argv[1]);
    for (struct dirent *entry; (entry = readdir(folder));) if (entry->d_name[0] != '.') printf("entry %s\\n", entry->d_name);
    closedir(folder);
    remove(path);
    printf("outside: %s\\n", fopen("/../../../../../../../../../../etc/passwd", "r") ? "opened" : "refused");
    printf("time: %d, %s\\n", getenv("ANSWER") ? atoi(getenv("ANSWER")) : -1, strerror(ENOENT));
    exit(21);
}
`,
  "emulated.c": `#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
static volatile sig_atomic_t caught;
static void on_signal(int number) { caught = number; }
int main(void) {
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(memory + 4096, "mapped");
    struct rusage usage;
    printf("signal %d\\n%s\\nprocess %d\\nclock %d\\nusage %d\\n", caught == SIGUSR1, memory + 4096, getpid() > 0, clock() >= 0, getrusage(RUSAGE_SELF, &usage));
    return munmap(memory, 8192);
}
`,
  "jumps.c": `#include <setjmp.h>
#include <stdio.h>
static jmp_buf place;
static void dive(int depth) {
    if (depth == 0) longjmp(place, 7);
    dive(depth - 1);
}
int main(void) {
    volatile int dives = 0;
    int arrived = setjmp(place);
    if (dives++ < 2) dive(arrived + 3);
    printf("arrived with %d after %d\\n", arrived, dives - 1);
    return 0;
}
`,
  "posix_threads.c": `#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
static atomic_int counted;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting;
static _Thread_local int own = 1;
static void *run(void *argument) {
    for (int i = 0; i < 1000; i++) counted++;
    own += *(int *)argument;
    pthread_mutex_lock(&lock);
    waiting++;
    pthread_cond_broadcast(&changed);
    while (waiting < 4) pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return (void *)(long)own;
}
int main(void) {
    pthread_t threads[4];
    int numbers[4];
    long sum = 0;
    for (int i = 0; i < 4; i++) {
        numbers[i] = i;
        int error = pthread_create(&threads[i], NULL, run, &numbers[i]);
        if (error) return printf("no thread: %s\\n", error == ENOTSUP ? "ENOTSUP" : strerror(error)), 5;
    }
    for (int i = 0; i < 4; i++) {
        void *result;
        pthread_join(threads[i], &result);
        sum += (long)result;
    }
    printf("sum %ld, counted %d, own %d\\n", sum, counted, own);
    return 0;
}
`,
  "cpp_threads.cc": `#include <iostream>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
static std::mutex lock;
static int thrown;
struct Own {
  int value = 0;
  ~Own() {
    std::lock_guard held(lock);
    std::cout << "leaves with " << value << std::endl;
  }
};
static thread_local Own own;
static void run() {
  own.value++;
  try {
    throw std::runtime_error("thrown in a thread");
  } catch (const std::exception &caught) {
    std::lock_guard held(lock);
    thrown++;
    std::cout << caught.what() << std::endl;
  }
}
int main() {
  own.value = 7;
  try {
    std::thread first(run), second(run);
    first.join();
    second.join();
    std::cout << thrown << " threads threw" << std::endl;
  } catch (const std::system_error &error) {
    std::lock_guard held(lock);
    std::cout << "no thread: " << (error.code() == std::errc::not_supported) << std::endl;
  }
}
`,
  "long_double.c":
    '#include <float.h>\n#include <stdio.h>\n#include <stdlib.h>\nint main(void) {\n  printf("%d digits: %.30Lf\\n", LDBL_MANT_DIG, strtold("0.1", NULL) * 3.0L);\n  return 0;\n}\n',
};
