/*
 * Checks that a program or shared library keeps the contract of contract.bzl.
 *
 * usage: check_elf @FILE, where FILE has one argument a line:
 *   --output PATH    is written, empty, when the contract is kept
 *   --binary PATH    what is checked
 *   --glibc VERSION  the newest version of glibc's symbols that it may need
 *   --needed NAME    a library that it may need; any number
 *   --input PATH     an object, archive or library of its link; any number
 *
 * Exit code: 0 the contract is kept; 1 it is broken; 2 something could not be read or written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_reader.h"

enum { SHT_SYMTAB = 2, SHT_DYNAMIC = 6, SHT_DYNSYM = 11, SHT_GNU_VERNEED = 0x6ffffffe, SHT_GNU_VERSYM = 0x6fffffff };
enum { DT_NEEDED = 1, DT_RPATH = 15, DT_RUNPATH = 29 };

struct list {
    const char **items;
    size_t count;
};

struct request {
    const char *output, *binary, *glibc;
    struct list needed, inputs;
};

static int broken;

static void fail(const char *what, const char *path) {
    fprintf(stderr, "check_elf: %s: %s\n", path, what);
    exit(2);
}

static void *allocate(void *old, size_t size) {
    void *memory = realloc(old, size);
    if (!memory) fail("out of memory", "realloc");
    return memory;
}

static void append(struct list *list, const char *item) {
    list->items = allocate(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = item;
}

static struct bytes read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail("cannot be opened", path);
    unsigned char *data = NULL;
    size_t size = 0, capacity = 1 << 16, got;
    do {
        data = allocate(data, capacity + 1);
        got = fread(data + size, 1, capacity - size, file);
        size += got;
        if (size == capacity) capacity *= 2;
    } while (got > 0);
    if (ferror(file)) fail("cannot be read", path);
    fclose(file);
    data[size] = 0;
    return (struct bytes){data, size};
}

static struct request parse_request(char *text) {
    struct request request = {0};
    for (char *option = strtok(text, "\n"); option; option = strtok(NULL, "\n")) {
        char *value = strtok(NULL, "\n");
        if (!value) fail("is the last argument, without a value", option);
        if (!strcmp(option, "--output")) request.output = value;
        else if (!strcmp(option, "--binary")) request.binary = value;
        else if (!strcmp(option, "--glibc")) request.glibc = value;
        else if (!strcmp(option, "--needed")) append(&request.needed, value);
        else if (!strcmp(option, "--input")) append(&request.inputs, value);
        else fail("is no argument of check_elf", option);
    }
    if (!request.output || !request.binary) fail("--output and --binary are needed", "arguments");
    return request;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool references(struct bytes object, const char *symbol) {
    struct elf elf;
    if (!elf_open(object, &elf)) return false;
    struct section table = elf_section(&elf, elf_find_section(&elf, SHT_SYMTAB));
    for (size_t i = 0; i < elf_count(&table); i++) {
        struct symbol found = elf_symbol(&elf, &table, i);
        if (found.is_undefined && !strcmp(found.name, symbol)) return true;
    }
    return false;
}

/* Prints which objects of the link, or members of its archives, ask for a symbol. ar(5) describes the archives. */
static void print_origins(const struct request *request, const char *symbol) {
    enum { MAGIC = 8, HEADER = 60, SIZE_AT = 48, SIZE_LENGTH = 10 };
    for (size_t i = 0; i < request->inputs.count; i++) {
        const char *path = request->inputs.items[i];
        struct bytes file = read_file(path);
        if (references(file, symbol)) fprintf(stderr, "    brought by %s\n", path);
        if (file.size >= MAGIC && !memcmp(file.data, "!<arch>\n", MAGIC)) {
            size_t at = MAGIC;
            while (at + HEADER <= file.size) {
                char digits[SIZE_LENGTH + 1] = {0};
                memcpy(digits, file.data + at + SIZE_AT, SIZE_LENGTH);
                size_t size = strtoull(digits, NULL, 10);
                if (size > file.size - at - HEADER) break;
                struct bytes member = {file.data + at + HEADER, size};
                if (references(member, symbol)) fprintf(stderr, "    brought by a member of %s\n", path);
                at += HEADER + size + (size & 1);
            }
        }
        free((void *)file.data);
    }
}

static int compare_versions(const char *left, const char *right) {
    while (*left || *right) {
        char *left_end, *right_end;
        unsigned long l = strtoul(left, &left_end, 10), r = strtoul(right, &right_end, 10);
        if (l != r) return l < r ? -1 : 1;
        left = *left_end == '.' ? left_end + 1 : "";
        right = *right_end == '.' ? right_end + 1 : "";
    }
    return 0;
}

static void check_symbol_version(const struct request *request, const struct elf *elf, const char *version, unsigned index) {
    if (!request->glibc || strncmp(version, "GLIBC_", 6) || version[6] < '0' || version[6] > '9') return;
    if (compare_versions(version + 6, request->glibc) <= 0) return;
    struct section symbols = elf_section(elf, elf_find_section(elf, SHT_DYNSYM));
    struct section versions = elf_section(elf, elf_find_section(elf, SHT_GNU_VERSYM));
    for (size_t i = 0; i < elf_count(&symbols); i++) {
        if ((elf_u16(elf, versions.offset + 2 * i) & 0x7fff) != index) continue;
        struct symbol symbol = elf_symbol(elf, &symbols, i);
        fprintf(stderr, "%s: needs %s of %s, but the platform has glibc %s\n", request->binary, symbol.name, version, request->glibc);
        print_origins(request, symbol.name);
        broken = 1;
    }
}

/* Walks the version needs: a chain of files, each with a chain of versions (Linux Standard Base, symbol versioning). */
static void check_versions(const struct request *request, const struct elf *elf) {
    struct section needs = elf_section(elf, elf_find_section(elf, SHT_GNU_VERNEED));
    uint64_t at = needs.offset;
    for (uint32_t file = 0; file < needs.info && at < needs.offset + needs.size; file++) {
        uint64_t version = at + elf_u32(elf, at + 8);
        for (uint16_t i = 0; i < elf_u16(elf, at + 2); i++) {
            const char *name = elf_string(elf, (int)needs.link, elf_u32(elf, version + 8));
            check_symbol_version(request, elf, name, elf_u16(elf, version + 6));
            version += elf_u32(elf, version + 12);
        }
        at += elf_u32(elf, at + 12);
    }
}

static bool may_need(const struct request *request, const char *name) {
    for (size_t i = 0; i < request->needed.count; i++) {
        if (!strcmp(request->needed.items[i], name)) return true;
    }
    for (size_t i = 0; i < request->inputs.count; i++) {
        if (!strcmp(base_name(request->inputs.items[i]), name)) return true;
    }
    return false;
}

static void check_search_path(const struct request *request, const char *path) {
    for (const char *place = path; place; place = strchr(place, ':') ? strchr(place, ':') + 1 : NULL) {
        if (!strncmp(place, "$ORIGIN", 7)) continue;
        int length = (int)strcspn(place, ":");
        fprintf(stderr, "%s: searches for libraries in \"%.*s\", which is not relative to $ORIGIN\n", request->binary, length, place);
        broken = 1;
    }
}

static void check_dynamic(const struct request *request, const struct elf *elf) {
    struct section dynamic = elf_section(elf, elf_find_section(elf, SHT_DYNAMIC));
    unsigned width = elf->is64 ? 8 : 4;
    for (uint64_t at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 2 * width) {
        uint64_t tag = elf_word(elf, at);
        const char *text = elf_string(elf, (int)dynamic.link, elf_word(elf, at + width));
        if (tag == DT_NEEDED && !may_need(request, text)) {
            fprintf(stderr, "%s: needs %s, which is neither of its link nor allowed\n", request->binary, text);
            broken = 1;
        }
        if (tag == DT_RPATH || tag == DT_RUNPATH) check_search_path(request, text);
    }
}

/* Folders of Bazel's that only the building machine has. */
static void check_paths(const struct request *request, struct bytes file) {
    static const char *const marks[] = {"/execroot/", "/linux-sandbox/", "/darwin-sandbox/", "/processwrapper-sandbox/"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t length = strlen(marks[i]);
        for (size_t at = 0; at + length <= file.size; at++) {
            if (memcmp(file.data + at, marks[i], length)) continue;
            size_t start = at;
            while (start > 0 && file.data[start - 1] > ' ' && file.data[start - 1] < 127) start--;
            fprintf(stderr, "%s: holds a path of the building machine: %.120s\n", request->binary, (const char *)file.data + start);
            broken = 1;
            break;
        }
    }
}

int main(int count, char **arguments) {
    if (count != 2 || arguments[1][0] != '@') fail("one argument of the form @FILE is needed", "arguments");
    struct request request = parse_request((char *)read_file(arguments[1] + 1).data);
    struct bytes file = read_file(request.binary);
    struct elf elf;
    if (elf_open(file, &elf)) {
        check_versions(&request, &elf);
        check_dynamic(&request, &elf);
    }
    check_paths(&request, file);
    if (broken) return 1;
    FILE *output = fopen(request.output, "wb");
    if (!output || fclose(output)) fail("cannot be written", request.output);
    return 0;
}
