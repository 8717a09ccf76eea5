/* Upstream's sample test: compresses and decompresses the samples and compares the results byte by byte.
 * Arguments: pairs of a plain file and what bzip2 makes of it; pair N is compressed with -N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int bzip2_main(int argc, char **argv);

/* Runs `bzip2 option <input >output` in a child process, since the program ends by calling exit. */
static int run_bzip2(char *option, const char *input, const char *output) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char *arguments[] = {"bzip2", option, NULL};
        if (!freopen(input, "rb", stdin) || !freopen(output, "wb", stdout)) _exit(126);
        exit(bzip2_main(2, arguments));
    }
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int same_bytes(const char *left_path, const char *right_path) {
    FILE *left = fopen(left_path, "rb"), *right = fopen(right_path, "rb");
    int same = left && right;
    while (same) {
        int byte = getc(left);
        same = byte == getc(right);
        if (byte == EOF) break;
    }
    if (left) fclose(left);
    if (right) fclose(right);
    return same;
}

static int check(char *option, const char *input, const char *expected) {
    const char *folder = getenv("TEST_TMPDIR");
    char output[4096];
    snprintf(output, sizeof output, "%s/output", folder ? folder : ".");
    int status = run_bzip2(option, input, output);
    int passed = status == 0 && same_bytes(output, expected);
    printf("%s: bzip2 %s < %s, exit code %d\n", passed ? "passed" : "FAILED", option, strrchr(input, '/') + 1, status);
    remove(output);
    return passed;
}

int main(int argc, char **argv) {
    char *compress[] = {"-1", "-2", "-3"}, *decompress[] = {"-d", "-d", "-ds"};
    int passed = argc == 7;
    for (int i = 0; i < 3 && argc == 7; i++) {
        char *plain = argv[1 + 2 * i], *compressed = argv[2 + 2 * i];
        passed &= check(compress[i], plain, compressed);
        passed &= check(decompress[i], compressed, plain);
    }
    return passed ? 0 : 1;
}
