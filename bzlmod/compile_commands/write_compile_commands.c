/*
 * Writes a compilation database into the workspace, out of the entries that compile_commands.bzl has collected.
 *
 * usage: bazel run TARGET [-- FILE]
 *   FILE  what is written, relative to the folder that bazel was called in; default: compile_commands.json of the workspace
 *
 * The entries lie beside this program, in the file that is called as it is and ends in `.entries`: a JSON object a line, in which
 * two sequences stand for folders that only the machine knows: \u0001b for the output base, \u0001x for the execution root.
 *
 * Exit code: 0 it is written; 2 something could not be read or written.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *path, const char *what) {
    fprintf(stderr, "compile_commands: %s: %s\n", path, what);
    exit(2);
}

/* A new string of two, one after the other. */
static char *join(const char *first, const char *second) {
    char *joined = malloc(strlen(first) + strlen(second) + 1);
    if (!joined) fail(first, "out of memory");
    strcpy(joined, first);
    return strcat(joined, second);
}

static bool is_absolute(const char *path) {
    return path[0] == '/' || (path[0] && path[1] == ':');
}

/* A path as JSON has it. Bazel's own are with slashes on every machine. */
static void write_path(FILE *output, const char *path) {
    for (; *path; path++) {
        if (*path == '\\') fputc('/', output);
        else if (*path == '"') fputs("\\\"", output);
        else fputc(*path, output);
    }
}

/* Reads a line, of any length and without its end, into a buffer that grows. Returns whether there was one. */
static bool read_line(FILE *input, char **line, size_t *capacity) {
    size_t length = 0;
    for (int c; (c = fgetc(input)) != EOF && c != '\n';) {
        if (length + 2 > *capacity) {
            *capacity = *capacity * 2 + 256;
            *line = realloc(*line, *capacity);
            if (!*line) fail("realloc", "out of memory");
        }
        (*line)[length++] = (char)c;
    }
    if (length == 0) return false;
    (*line)[length] = '\0';
    return true;
}

static void write_entry(FILE *output, const char *line, const char *workspace, const char *root, const char *base) {
    static const char mark[] = "\\u0001";
    fputs("{\"directory\":\"", output);
    write_path(output, workspace);
    fputs("\",", output);
    /* Of the object, what comes after its first brace. */
    for (line++; *line;) {
        if (strncmp(line, mark, sizeof mark - 1) != 0) {
            fputc(*line++, output);
            continue;
        }
        line += sizeof mark - 1;
        write_path(output, *line++ == 'b' ? base : root);
        fputc('/', output);
    }
}

/* Cuts a path off where a folder of that name begins in it; returns whether there is one. */
static bool cut_before(char *path, const char *folder) {
    char *found = strstr(path, folder);
    if (found) *found = '\0';
    return found != NULL;
}

int main(int argc, char **argv) {
    const char *workspace = getenv("BUILD_WORKSPACE_DIRECTORY"), *called_in = getenv("BUILD_WORKING_DIRECTORY");
    if (!workspace || !called_in) fail(argv[0], "it is started by `bazel run`, which says where the workspace is");

    char *entries = join(argv[0], ""), *extension = strrchr(entries, '.');
    if (extension && strcmp(extension, ".exe") == 0) *extension = '\0';
    entries = join(entries, ".entries");
    FILE *input = fopen(entries, "rb");
    if (!input) fail(entries, "cannot be opened");

    for (char *c = entries; *c; c++)
        if (*c == '\\') *c = '/';
    /* An execution root is <output base>/execroot/<workspace>, and has outputs in bazel-out. */
    char *root = join(entries, "");
    if (!cut_before(root, "/bazel-out/")) fail(argv[0], "it is not below an execution root; start it by `bazel run`");
    char *base = join(root, "");
    if (!cut_before(base, "/execroot/")) fail(root, "it is not an execution root; start this program by `bazel run`");

    char *path = join(argc > 1 ? called_in : workspace, join("/", argc > 1 ? argv[1] : "compile_commands.json"));
    if (argc > 1 && is_absolute(argv[1])) path = argv[1];
    char *part = join(path, ".part");
    FILE *output = fopen(part, "wb");
    if (!output) fail(part, "cannot be written");

    char *line = NULL;
    size_t capacity = 0;
    unsigned long count = 0;
    fputs("[", output);
    while (read_line(input, &line, &capacity)) {
        fputs(count++ ? ",\n" : "\n", output);
        write_entry(output, line, workspace, root, base);
    }
    fputs("\n]\n", output);
    free(line);
    if (ferror(input) || fclose(input) != 0) fail(entries, "cannot be read");
    if (ferror(output) || fclose(output) != 0) fail(part, "cannot be written");
    remove(path);
    if (rename(part, path) != 0) fail(path, "cannot be replaced");
    printf("%s: %lu commands\n", path, count);
    return 0;
}
