import { ElfReader, rowsAt, sectionType, type Section } from "./elf-file";

/** What loaders ask of a BPF object. */
export interface BpfObject {
  /** Text of the section `license`; undefined where there is none. */
  readonly license: string | undefined;
  /** Sections of instructions, with the functions that begin in each; `.text` has what programs call. */
  readonly code: readonly { readonly section: string; readonly functions: readonly string[]; readonly size: number }[];
  /** Variables of the section `.maps`. */
  readonly maps: readonly string[];
  /** Relocations of instructions. */
  readonly relocations: readonly { readonly section: string; readonly kind: number; readonly symbol: string }[];
  /** Global symbols that nothing in the object defines. */
  readonly undefinedSymbols: readonly string[];
  /** Types and variables, where the object was compiled with debug information. */
  readonly btf: Btf | undefined;
}

/** BPF Type Format, as far as loaders need it before they ask the kernel. */
export interface Btf {
  readonly magic: number;
  readonly version: number;
  /** Section → the variables that are said to be in it. */
  readonly sections: ReadonlyMap<string, readonly string[]>;
  /** Variable → names of the fields of its type, where that is a struct. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Kinds of relocations that loaders apply to instructions, as LLVM's BPF.def names them. */
export const relocationKind = { R_BPF_64_64: 1, R_BPF_64_32: 10 } as const;

const symbolKind = { object: 1, function: 2, section: 3 } as const;
const relocationSection = 9;
const executable = 4;

interface ElfSymbol {
  readonly name: string;
  readonly kind: number;
  readonly global: boolean;
  readonly section: number;
}

/** Reads a BPF object. Throws when `bytes` are no ELF file, or one without symbols. */
export function readBpfObject(bytes: Buffer): BpfObject {
  const reader = new ElfReader(bytes);
  const sections = reader.readSections();
  const strings = sections[reader.half(62)]!;
  const nameOf = (section: Section): string => reader.text(strings.offset + section.nameOffset);
  const named = (name: string): Section | undefined => sections.find((section) => nameOf(section) === name);
  const symbols = readSymbols(reader, sections);
  const inSection = (index: number, kind: number): string[] =>
    symbols.filter((symbol) => symbol.section === index && symbol.kind === kind).map(({ name }) => name);
  const isCode = (section: Section): boolean => (section.flags & executable) !== 0 && section.size > 0;
  const license = named("license");
  const maps = named(".maps");
  const btf = named(".BTF");
  return {
    license: license && bytes.toString("latin1", license.offset, license.offset + license.size),
    code: sections.flatMap((section, index) =>
      isCode(section)
        ? [{ section: nameOf(section), functions: inSection(index, symbolKind.function), size: section.size }]
        : [],
    ),
    maps: maps === undefined ? [] : inSection(sections.indexOf(maps), symbolKind.object),
    relocations: sections
      .filter(({ type, info }) => type === relocationSection && isCode(sections[info]!))
      .flatMap((table) =>
        rowsAt(table.offset, table.entrySize, table.size / table.entrySize).map((at) => {
          // r_info: the symbol above, the kind below, each a word of its own in the file's byte order.
          const [kind, index] = reader.little ? [at + 8, at + 12] : [at + 12, at + 8];
          const symbol = symbols[reader.word(index)]!;
          return {
            section: nameOf(sections[table.info]!),
            kind: reader.word(kind),
            symbol: symbol.kind === symbolKind.section ? nameOf(sections[symbol.section]!) : symbol.name,
          };
        }),
      ),
    undefinedSymbols: symbols.filter(({ section, global }) => section === 0 && global).map(({ name }) => name),
    btf: btf && readBtf(reader, btf.offset),
  };
}

function readSymbols(reader: ElfReader, sections: readonly Section[]): ElfSymbol[] {
  const table = sections.find(({ type }) => type === sectionType.symbols);
  const strings = sections[table?.link ?? -1];
  if (table === undefined || strings === undefined) throw new Error("the object has no symbols");
  return rowsAt(table.offset, table.entrySize, table.size / table.entrySize).map((at) => ({
    name: reader.text(strings.offset + reader.word(at)),
    kind: reader.byte(at + 4) & 15,
    global: reader.byte(at + 4) >> 4 !== 0,
    section: reader.half(at + 6),
  }));
}

/** Bytes that follow the three words of a type, by its kind: once, and for each of its members. */
const afterType: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 1: [4, 0], 2: [0, 0], 3: [12, 0], 4: [0, 12], 5: [0, 12], 6: [0, 8], 7: [0, 0], 8: [0, 0], 9: [0, 0] },
  ...{ 10: [0, 0], 11: [0, 0], 12: [0, 0], 13: [0, 8], 14: [4, 0], 15: [0, 12], 16: [0, 0], 17: [4, 0], 18: [0, 0] },
  19: [0, 12],
};
const btfKind = { struct: 4, variable: 14, section: 15 } as const;

function readBtf(reader: ElfReader, start: number): Btf {
  const body = start + reader.word(start + 4);
  const [types, typesSize, strings] = [8, 12, 16].map((at) => reader.word(start + at)) as [number, number, number];
  const text = (offset: number): string => reader.text(body + strings + offset);
  // Numbers of types begin at 1; 0 is `void`.
  const places = [0];
  const kindAt = (at: number): number => (reader.word(at + 4) >> 24) & 31;
  const membersAt = (at: number): number => reader.word(at + 4) & 0xffff;
  for (let at = body + types; at < body + types + typesSize;) {
    places.push(at);
    const sizes = afterType[kindAt(at)];
    if (sizes === undefined) throw new Error(`BTF has a type of kind ${kindAt(at)}`);
    at += 12 + sizes[0] + sizes[1] * membersAt(at);
  }
  const members = (at: number): number[] => rowsAt(at + 12, 12, membersAt(at));
  const ofKind = (kind: number): number[] => places.slice(1).filter((at) => kindAt(at) === kind);
  const nameAt = (at: number): string => text(reader.word(at));
  return {
    magic: reader.half(start),
    version: reader.byte(start + 2),
    sections: new Map(
      ofKind(btfKind.section).map((at) => [
        nameAt(at),
        members(at).map((member) => nameAt(places[reader.word(member)]!)),
      ]),
    ),
    fields: new Map(
      ofKind(btfKind.variable).map((at) => {
        const type = places[reader.word(at + 8)]!;
        return [nameAt(at), type !== 0 && kindAt(type) === btfKind.struct ? members(type).map(nameAt) : []];
      }),
    ),
  };
}

/** How the names of program sections begin, and whether they may end there: a part of libbpf's table, `section_defs`. */
const programSections = [
  /^(?:socket|xdp|tc|classifier|action|lwt_(?:in|out|xmit|seg6local)|sk_msg|sk_lookup|flow_dissector|perf_event|sockops|syscall)$/,
  /^(?:tcx|xdp\.frags|sk_skb|sk_reuseport|netfilter)(?:\/\w+)?$/,
  /^(?:k(?:ret)?probe(?:\.multi)?|u(?:ret)?probe(?:\.s)?|usdt|ksyscall|(?:raw_)?tp|(?:raw_)?tracepoint|f(?:entry|exit|mod_ret)|lsm|iter|struct_ops|cgroup)(?:\/.+)?$/,
];

/** What a loader has against an object before it asks the kernel: a sentence each. The checks are libbpf's (bpf_object__open, libbpf.c). */
export function objectionsOf(object: BpfObject): string[] {
  const { license, code, maps, relocations, undefinedSymbols, btf } = object;
  const objections: string[] = [];
  if (license === undefined) objections.push("there is no section license");
  else if (!license.endsWith("\0") || license.length < 2) objections.push("the license is no text that ends");
  for (const { section, functions, size } of code) {
    if (size % 8 !== 0) objections.push(`${section} is not made of instructions of 8 bytes`);
    if (functions.length === 0) objections.push(`no function is in ${section}`);
    if (section !== ".text" && !programSections.some((name) => name.test(section)))
      objections.push(`${section} is the name of no kind of program`);
  }
  if (!code.some(({ section }) => section !== ".text")) objections.push("there is no program");
  if (btf !== undefined && btf.magic !== 0xeb9f) objections.push(`the magic number of BTF is ${btf.magic}`);
  if (btf !== undefined && btf.version !== 1) objections.push(`the version of BTF is ${btf.version}`);
  for (const map of maps) {
    const isThere = btf?.sections.get(".maps")?.includes(map);
    if (isThere !== true) objections.push(`BTF does not say what the map ${map} is`);
    else if (btf?.fields.get(map)?.includes("type") !== true) objections.push(`the map ${map} has no type`);
  }
  const kinds: readonly number[] = Object.values(relocationKind);
  for (const { section, kind, symbol } of relocations)
    if (!kinds.includes(kind)) objections.push(`${section} has a relocation of kind ${kind}, to ${symbol}`);
  const externs = [...(btf?.sections.get(".ksyms") ?? []), ...(btf?.sections.get(".kconfig") ?? [])];
  for (const symbol of undefinedSymbols) if (!externs.includes(symbol)) objections.push(`nothing defines ${symbol}`);
  return objections;
}
