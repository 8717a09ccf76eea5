/*
 * Puts into the workspace what clang-tidy has proposed, by clang-apply-replacements.
 *
 * usage: bazel run TARGET
 *
 * Beside this program lies a file that is called as it is and ends in `.fixes`: the path of clang-apply-replacements, and then those
 * of the folders with proposals, a line each, relative to the execution root. A proposal names its files as the action saw them,
 * below a folder that is gone; here they are named where they are in the workspace.
 *
 * Exit code: that of clang-apply-replacements; 0 where nothing is proposed; 2 something could not be read or written.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <direct.h>
#include <process.h>
#define make_folder(path) _mkdir(path)
#else
#include <sys/stat.h>
#include <unistd.h>
#define make_folder(path) mkdir(path, 0777)
#endif

static void fail(const char *path, const char *what) {
    fprintf(stderr, "clang_tidy_fixes: %s: %s\n", path, what);
    exit(2);
}

/* A new string of two, one after the other. */
static char *join(const char *first, const char *second) {
    char *joined = malloc(strlen(first) + strlen(second) + 1);
    if (!joined) fail(first, "out of memory");
    strcpy(joined, first);
    return strcat(joined, second);
}

/* Reads a line, without its end, into a buffer that grows. Returns whether there was one. */
static bool read_line(FILE *input, char **line, size_t *capacity) {
    size_t length = 0;
    int c;
    while ((c = fgetc(input)) != EOF && c != '\n') {
        if (length + 2 > *capacity) {
            *capacity = *capacity * 2 + 256;
            *line = realloc(*line, *capacity);
            if (!*line) fail("realloc", "out of memory");
        }
        (*line)[length++] = (char)c;
    }
    if (c == EOF && length == 0) return false;
    if (*capacity == 0 && !(*line = malloc(*capacity = 256))) fail("malloc", "out of memory");
    (*line)[length] = '\0';
    return true;
}

/* Copies a proposal, with the folder `<...>/execroot/<name>` of each path put right. */
static void copy_proposal(FILE *input, FILE *output, const char *workspace) {
    static const char *const keys[] = {"FilePath:", "MainSourceFile:", "BuildDirectory:"};
    static const char root[] = "/execroot/";
    char *line = NULL;
    size_t capacity = 0;
    while (read_line(input, &line, &capacity)) {
        char *rest = line;
        for (size_t key = 0; key < sizeof keys / sizeof *keys; key++) {
            char *found = strstr(line, keys[key]);
            char *quote = found ? strchr(found, '\'') : NULL;
            char *inside = quote ? strstr(quote, root) : NULL;
            if (!inside) continue;
            inside += sizeof root - 1;
            inside += strcspn(inside, "/'");
            fwrite(line, 1, (size_t)(quote + 1 - line), output);
            fputs(workspace, output);
            rest = inside;
            break;
        }
        fprintf(output, "%s\n", rest);
    }
    free(line);
}

int main(int argc, char **argv) {
    (void)argc;
    const char *workspace = getenv("BUILD_WORKSPACE_DIRECTORY");
    if (!workspace) fail(argv[0], "it is started by `bazel run`, which says where the workspace is");
    char *list = join(argv[0], ""), *extension = strrchr(list, '.');
    if (extension && strcmp(extension, ".exe") == 0) *extension = '\0';
    list = join(list, ".fixes");
    FILE *folders = fopen(list, "rb");
    if (!folders) fail(list, "cannot be opened");
    char *root = join(list, ""), *outputs = strstr(root, "/bazel-out/");
    if (!outputs) fail(argv[0], "it is not below an execution root; start it by `bazel run`");
    outputs[1] = '\0';

    char *place = join(workspace, "/.clang-tidy-fixes");
    make_folder(place);
    char *line = NULL, *program = NULL;
    size_t capacity = 0;
    unsigned long count = 0;
    while (read_line(folders, &line, &capacity)) {
        if (!program) {
            program = join(root, line);
            continue;
        }
        FILE *input = fopen(join(root, join(line, "/fixes.yaml")), "rb");
        /* Nothing was found in this source. */
        if (!input) continue;
        char name[32];
        snprintf(name, sizeof name, "/%lu.yaml", count++);
        char *path = join(place, name);
        FILE *output = fopen(path, "wb");
        if (!output) fail(path, "cannot be written");
        copy_proposal(input, output, workspace);
        if (ferror(input) || fclose(input) != 0) fail(line, "cannot be read");
        if (ferror(output) || fclose(output) != 0) fail(path, "cannot be written");
    }
    if (!program) fail(list, "names no program");
    printf("fixes for %lu compilations\n", count);
    fflush(stdout);
    if (count == 0) return 0;
    char *arguments[] = {program, "--remove-change-desc-files", "--ignore-insert-conflict", place, NULL};
#ifdef _WIN32
    return (int)_spawnv(_P_WAIT, program, (const char *const *)arguments);
#else
    execv(program, arguments);
    fail(program, "cannot be started");
#endif
}
