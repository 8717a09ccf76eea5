#include "elf_reader.h"

#include <string.h>

enum { SHT_NOBITS = 8 };

static uint64_t number(const struct elf *elf, uint64_t offset, unsigned width) {
    if (offset > elf->file.size || elf->file.size - offset < width) return 0;
    uint64_t value = 0;
    for (unsigned i = 0; i < width; i++) {
        unsigned at = elf->big_endian ? i : width - 1 - i;
        value = value << 8 | elf->file.data[offset + at];
    }
    return value;
}

uint16_t elf_u16(const struct elf *elf, uint64_t offset) { return (uint16_t)number(elf, offset, 2); }
uint32_t elf_u32(const struct elf *elf, uint64_t offset) { return (uint32_t)number(elf, offset, 4); }
uint64_t elf_word(const struct elf *elf, uint64_t offset) { return number(elf, offset, elf->is64 ? 8 : 4); }

bool elf_open(struct bytes file, struct elf *elf) {
    if (file.size < 64 || memcmp(file.data, "\177ELF", 4) != 0) return false;
    *elf = (struct elf){.file = file, .is64 = file.data[4] == 2, .big_endian = file.data[5] == 2};
    elf->section_table = elf_word(elf, elf->is64 ? 0x28 : 0x20);
    elf->section_entry_size = elf_u16(elf, elf->is64 ? 0x3a : 0x2e);
    elf->section_count = elf_u16(elf, elf->is64 ? 0x3c : 0x30);
    return elf->section_table < file.size;
}

struct section elf_section(const struct elf *elf, int index) {
    if (index < 0 || index >= elf->section_count) return (struct section){0};
    uint64_t at = elf->section_table + (uint64_t)index * elf->section_entry_size;
    bool wide = elf->is64;
    struct section section = {
        .name = elf_u32(elf, at),
        .type = elf_u32(elf, at + 4),
        .offset = elf_word(elf, at + (wide ? 0x18 : 0x10)),
        .size = elf_word(elf, at + (wide ? 0x20 : 0x14)),
        .link = elf_u32(elf, at + (wide ? 0x28 : 0x18)),
        .info = elf_u32(elf, at + (wide ? 0x2c : 0x1c)),
        .entry_size = elf_word(elf, at + (wide ? 0x38 : 0x24)),
    };
    bool inside = section.offset <= elf->file.size && section.size <= elf->file.size - section.offset;
    if (section.type != SHT_NOBITS && !inside) return (struct section){0};
    return section;
}

int elf_find_section(const struct elf *elf, uint32_t type) {
    for (int i = 0; i < elf->section_count; i++) {
        if (elf_section(elf, i).type == type) return i;
    }
    return -1;
}

size_t elf_count(const struct section *section) {
    return section->entry_size ? (size_t)(section->size / section->entry_size) : 0;
}

const char *elf_string(const struct elf *elf, int table, uint64_t offset) {
    struct section strings = elf_section(elf, table);
    if (offset >= strings.size) return "";
    const char *text = (const char *)elf->file.data + strings.offset + offset;
    return memchr(text, 0, (size_t)(strings.size - offset)) ? text : "";
}

struct symbol elf_symbol(const struct elf *elf, const struct section *table, size_t index) {
    uint64_t at = table->offset + index * table->entry_size;
    return (struct symbol){
        .name = elf_string(elf, (int)table->link, elf_u32(elf, at)),
        .is_undefined = elf_u16(elf, at + (elf->is64 ? 6 : 14)) == 0,
    };
}
