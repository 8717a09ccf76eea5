import { ElfReader, rowsAt, sectionType, type Section } from "./elf-file";

/** A symbol of a shared library's dynamic symbol table. */
export interface VersionedSymbol {
  /** `name@@VERSION` for the version that links find, `name@VERSION` for one that only old programs find. */
  readonly name: string;
  /** D data, F function (indirect ones and those without a type as well), T thread-local data. */
  readonly kind: "D" | "F" | "T";
  /** In bytes; 0 for functions, whose sizes do not matter to links. */
  readonly size: number;
}

const kinds: Readonly<Record<number, VersionedSymbol["kind"]>> = { 0: "F", 1: "D", 2: "F", 6: "T", 10: "F" };

/** Bindings: of a symbol that is not seen outside its file, and of one that may be missing. */
const local = 0;
const weak = 2;

const hiddenBit = 0x8000;

/** A symbol that a program or shared library takes from another file. */
export interface NeededSymbol {
  readonly name: string;
  /** Absent for a symbol without a version, of which the file does not say from where it is. */
  readonly version?: { readonly name: string; readonly library: string };
  /** Whether it may be missing. */
  readonly weak: boolean;
}

/** What a shared library exports: global and weak symbols that it defines, with their versions where it has such; sorted by name. Absolute ones name versions, and are left out. */
export function readExports(bytes: Buffer): VersionedSymbol[] {
  const reader = new ElfReader(bytes);
  const sections = reader.readSections();
  const { table, strings, versions } = dynamicTables(sections);
  const names = readDefinitions(reader, sections);
  const symbols = rowsAt(table.offset, table.entrySize, table.size / table.entrySize).flatMap(
    (at, index): VersionedSymbol[] => {
      const { info, section, size } = readSymbol(reader, at);
      if (info >> 4 === local || section === 0 || section === 0xfff1) return [];
      const version = versions === undefined ? 0 : reader.half(versions.offset + 2 * index);
      const kind = kinds[info & 15];
      if (kind === undefined) throw new Error(`a symbol of type ${info & 15}`);
      const node = names.get(version & ~hiddenBit) ?? "";
      const name = reader.text(strings.offset + reader.word(at));
      return [
        {
          name: node === "" ? name : `${name}${(version & hiddenBit) === 0 ? "@@" : "@"}${node}`,
          kind,
          size: kind === "F" ? 0 : size,
        },
      ];
    },
  );
  return symbols.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** The versions that a program needs of each library, `{"libc.so.6": ["GLIBC_2.17"]}`; sorted. */
export function readNeededVersions(bytes: Buffer): Record<string, string[]> {
  const reader = new ElfReader(bytes);
  const found: Record<string, string[]> = {};
  for (const { name, library } of readVersionNeeds(reader, reader.readSections()).values())
    found[library] = [...(found[library] ?? []), name].sort();
  return found;
}

/** Index of a version → what it is called, and whose it is. */
function readVersionNeeds(
  reader: ElfReader,
  sections: readonly Section[],
): Map<number, { readonly name: string; readonly library: string }> {
  const needs = sections.find(({ type }) => type === sectionType.versionNeeds);
  const found = new Map<number, { readonly name: string; readonly library: string }>();
  if (needs === undefined) return found;
  const strings = sections[needs.link]!.offset;
  for (let at = needs.offset, next = -1; next !== 0; at += next) {
    const library = reader.text(strings + reader.word(at + 4));
    for (let entry = at + reader.word(at + 8), step = -1; step !== 0; entry += step) {
      found.set(reader.half(entry + 6), { name: reader.text(strings + reader.word(entry + 8)), library });
      step = reader.word(entry + 12);
    }
    next = reader.word(at + 12);
  }
  return found;
}

/** What a program or shared library takes from others; sorted by name. */
export function readNeededSymbols(bytes: Buffer): NeededSymbol[] {
  const reader = new ElfReader(bytes);
  const sections = reader.readSections();
  const { table, strings, versions } = dynamicTables(sections);
  const needed = readVersionNeeds(reader, sections);
  const symbols = rowsAt(table.offset, table.entrySize, table.size / table.entrySize).flatMap(
    (at, index): NeededSymbol[] => {
      const { info, section } = readSymbol(reader, at);
      if (info >> 4 === local || section !== 0) return [];
      const version = versions === undefined ? undefined : needed.get(reader.half(versions.offset + 2 * index));
      const name = reader.text(strings.offset + reader.word(at));
      return [{ name, weak: info >> 4 === weak, ...(version !== undefined && { version }) }];
    },
  );
  return symbols.sort((left, right) => (left.name < right.name ? -1 : 1));
}

function dynamicTables(sections: readonly Section[]): {
  table: Section;
  strings: Section;
  versions: Section | undefined;
} {
  const table = sections.find(({ type }) => type === sectionType.dynamicSymbols);
  const versions = sections.find(({ type }) => type === sectionType.versions);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) throw new Error("no file with dynamic symbols");
  return { table, strings, versions };
}

function readSymbol(reader: ElfReader, at: number): { info: number; section: number; size: number } {
  return reader.wide
    ? { info: reader.byte(at + 4), section: reader.half(at + 6), size: reader.native(at + 16) }
    : { info: reader.byte(at + 12), section: reader.half(at + 14), size: reader.word(at + 8) };
}

/** Index of a version → its name. */
function readDefinitions(reader: ElfReader, sections: readonly Section[]): Map<number, string> {
  const definitions = sections.find(({ type }) => type === sectionType.versionDefinitions);
  const names = new Map<number, string>();
  if (definitions === undefined) return names;
  const strings = sections[definitions.link]!.offset;
  for (let at = definitions.offset, next = -1; next !== 0; at += next) {
    names.set(reader.half(at + 4), reader.text(strings + reader.word(at + reader.word(at + 12))));
    next = reader.word(at + 16);
  }
  return names;
}
