/* Reads ELF files of either class and byte order from memory. Only what the contract needs. */
#ifndef XLLVM_ELF_READER_H
#define XLLVM_ELF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const unsigned char *data;
    size_t size;
};

struct section {
    uint32_t name, type, link, info;
    uint64_t offset, size, entry_size;
};

struct elf {
    struct bytes file;
    bool is64, big_endian;
    uint16_t section_count;
    uint64_t section_table;
    uint16_t section_entry_size;
};

struct symbol {
    const char *name;
    bool is_undefined;
};

/* Takes a file's bytes as ELF. False when they are not, or are cut off. */
bool elf_open(struct bytes file, struct elf *elf);

/* The first section of a type (SHT_…), by its number; -1 where there is none. */
int elf_find_section(const struct elf *elf, uint32_t type);

/* The section of a number; one of size 0 when the number or its place is out of the file. */
struct section elf_section(const struct elf *elf, int number);

/* How many entries a section of fixed-size entries has. */
size_t elf_count(const struct section *section);

/* The entry of a symbol table (SHT_SYMTAB, SHT_DYNSYM). */
struct symbol elf_symbol(const struct elf *elf, const struct section *table, size_t index);

/* The string at an offset of a string table; "" when it is out of the table. */
const char *elf_string(const struct elf *elf, int table, uint64_t offset);

/* Numbers in the file's byte order; 0 when the offset is out of the file. elf_word is as wide as the class. */
uint16_t elf_u16(const struct elf *elf, uint64_t offset);
uint32_t elf_u32(const struct elf *elf, uint64_t offset);
uint64_t elf_word(const struct elf *elf, uint64_t offset);

#endif
