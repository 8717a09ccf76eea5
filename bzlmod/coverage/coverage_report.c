/*
 * Makes LCOV reports of what coverage runs leave behind. Bazel starts it in two ways, by --coverage_output_generator after each test and by
 * --coverage_report_generator at the end:
 *
 *   coverage_report --coverage_dir=DIR --source_file_manifest=FILE --output_file=FILE [--sources_to_replace_file=FILE] [--filter_sources=REGEX]...
 *     joins the reports that are in DIR, of the sources that are in the manifest. Which are the system's, of which Bazel gives
 *     expressions, need not be known besides.
 *   coverage_report --reports_file=FILE --output_file=FILE
 *     joins the reports that FILE lists.
 *
 * A report that would be empty although something was to be counted is an error: Bazel's own program writes it, and nobody sees that
 * nothing was measured.
 *
 * Exit code: 0 it is written; 1 it is empty, or something could not be read or written.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "report_reader.h"

struct list {
    const char **items;
    size_t count;
};

/* What a test was to measure, and what it has left behind. */
struct run {
    struct list sources;   /* that are to be reported, and files with what the compiler and the linker know of them */
    struct list replaced;  /* `reported:actual`, of headers that are seen by another path */
    struct list reports;
    bool has_profile, has_counts, has_indexed_profile;
};

static struct run run;

static void append(struct list *list, const char *item) {
    list->items = allocate(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = item;
}

static struct list read_lines(const char *path) {
    struct list lines = {0};
    char *line = NULL;
    size_t capacity = 0;
    FILE *input = open_to_read(path);
    while (read_line(input, &line, &capacity))
        if (*line) append(&lines, keep(line));
    fclose(input);
    free(line);
    return lines;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && !strcmp(text + length - end_length, end);
}

static int compare_items(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static const char *find(const struct list *list, const char *item) {
    const char **found = list->count ? bsearch(&item, list->items, list->count, sizeof item, compare_items) : NULL;
    return found ? *found : NULL;
}

/* The path of a source as Bazel knows it, relative to the folder that actions run in; NULL where it is not to be reported. */
static const char *source_of_run(const char *path) {
    static const char *const folders[] = {"/proc/self/cwd/", "./"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (!strncmp(path, folders[i], strlen(folders[i]))) path += strlen(folders[i]);
    size_t length = strlen(path);
    for (size_t i = 0; i < run.replaced.count; i++)
        if (!strncmp(run.replaced.items[i], path, length) && run.replaced.items[i][length] == ':') {
            path = run.replaced.items[i] + length + 1;
            break;
        }
    return find(&run.sources, path);
}

static const char *any_source(const char *path) {
    return keep(path);
}

/* Looks for reports below a folder. Returns whether it is one. */
static bool search(const char *folder, const char *output) {
    DIR *directory = opendir(folder);
    if (!directory) return false;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        char *path = allocate(NULL, strlen(folder) + strlen(entry->d_name) + 2);
        sprintf(path, "%s/%s", folder, entry->d_name);
        if (search(path, output) || !strcmp(path, output)) continue;
        if (ends_with(path, ".dat") || ends_with(path, ".gcov")) append(&run.reports, path);
        run.has_profile |= ends_with(path, ".profraw") || ends_with(path, ".gcda");
        run.has_indexed_profile |= ends_with(path, ".profdata");
    }
    closedir(directory);
    return true;
}

/* Whether the compiler or the linker has left something by which profiles of the test are read. */
static bool is_instrumented(void) {
    for (size_t i = 0; i < run.sources.count; i++)
        if (ends_with(run.sources.items[i], ".gcno") || ends_with(run.sources.items[i], "runtime_objects_list.txt")) return true;
    return false;
}

static bool has_code(void) {
    static const char *const endings[] = {".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".h", ".hh", ".hpp", ".hxx", ".inc"};
    for (size_t i = 0; i < run.sources.count; i++)
        for (size_t ending = 0; ending < sizeof endings / sizeof *endings; ending++)
            if (ends_with(run.sources.items[i], endings[ending])) return true;
    return false;
}

static void read_run(const char *folder, const char *output, struct records *records) {
    qsort(run.sources.items, run.sources.count, sizeof *run.sources.items, compare_items);
    if (!search(folder, output)) fail(folder, "is no folder that can be read");
    qsort(run.reports.items, run.reports.count, sizeof *run.reports.items, compare_items);
    for (size_t i = 0; i < run.reports.count; i++) {
        bool has_counts = read_report(run.reports.items[i], source_of_run, records);
        run.has_counts |= has_counts;
    }
    if (run.has_counts || !has_code()) return;
    if (run.has_indexed_profile)
        fail(folder, "the test's profile is there, and no report of it: say --experimental_generate_llvm_lcov beside --experimental_use_llvm_covmap");
    if (run.has_profile) fail(folder, "the test has written a profile, of which no report could be made; what is above says why");
    if (is_instrumented())
        fail(folder, "the test has written no profile. It does when it ends by exit() or by returning from main(), into the folder that LLVM_PROFILE_FILE or GCOV_PREFIX names");
}

/* The value of an option; NULL where the argument is another. */
static const char *option(const char *argument, const char *name) {
    size_t length = strlen(name);
    return strncmp(argument, name, length) || argument[length] != '=' ? NULL : argument + length + 1;
}

int main(int argc, char **argv) {
    const char *folder = NULL, *reports = NULL, *output_path = NULL, *value;
    for (int i = 1; i < argc; i++) {
        if ((value = option(argv[i], "--coverage_dir"))) folder = value;
        else if ((value = option(argv[i], "--reports_file"))) reports = value;
        else if ((value = option(argv[i], "--output_file"))) output_path = value;
        else if ((value = option(argv[i], "--source_file_manifest"))) run.sources = read_lines(value);
        else if ((value = option(argv[i], "--sources_to_replace_file"))) run.replaced = read_lines(value);
        else if (!option(argv[i], "--filter_sources")) fail(argv[i], "is no argument of coverage_report");
    }
    if (!output_path || !folder == !reports) fail("arguments", "--output_file is needed, and either --coverage_dir or --reports_file");

    struct records records = {0};
    if (folder) read_run(folder, output_path, &records);
    else {
        struct list files = read_lines(reports);
        for (size_t i = 0; i < files.count; i++) read_report(files.items[i], any_source, &records);
    }
    FILE *output = fopen(output_path, "wb");
    if (!output) fail(output_path, "cannot be written");
    unsigned long lines = write_records(&records, output);
    if (ferror(output) || fclose(output) != 0) fail(output_path, "cannot be written");
    if (reports && !lines)
        fail(output_path, "no test has a line that was to be counted, so that the report would be empty: --instrumentation_filter says of which packages lines are counted, and tests themselves are among them with --instrument_test_targets alone");
    return 0;
}
