/** What the tests ask of a WebAssembly module. */
export interface WasmFile {
  /** What it takes from its host: `module.name`. */
  readonly imports: readonly string[];
  /** What it gives to its host. */
  readonly exports: readonly string[];
  /** Whether its memory has 64-bit addresses. */
  readonly memory64: boolean;
  /** Whether its memory is shared between threads. */
  readonly sharedMemory: boolean;
  /** The most pages that its memory may have; absent: as many as the host gives. */
  readonly maximumPages: number | undefined;
  /** Whether it throws or catches exceptions of WebAssembly's own proposal: whether it has a section of tags. */
  readonly exceptions: boolean;
  readonly customSections: readonly string[];
}

const magic = "\0asm\x01\0\0\0";
const sectionId = { custom: 0, import: 2, table: 4, memory: 5, export: 7, element: 9, tag: 13 } as const;
const kind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
const flag = { maximum: 1, shared: 2, wide: 4 } as const;

/** Reads the structure of a WebAssembly module. Throws when `bytes` are not one. */
export function readWasmFile(bytes: Buffer): WasmFile {
  const sections = [...readSections(bytes)];
  const of = (id: number): Cursor[] => sections.filter((section) => section.id === id).map(({ cursor }) => cursor());
  const imports = of(sectionId.import).flatMap(readImports);
  const memories = of(sectionId.memory).flatMap((cursor) => cursor.list(() => cursor.limits()));
  const all = [...memories, ...imports.flatMap(({ memory }) => memory ?? [])];
  return {
    imports: imports.map(({ name }) => name),
    exports: of(sectionId.export).flatMap((cursor) => cursor.list(() => readExport(cursor))),
    memory64: all.some(({ flags }) => (flags & flag.wide) !== 0),
    sharedMemory: all.some(({ flags }) => (flags & flag.shared) !== 0),
    maximumPages: all[0]?.maximum,
    exceptions: of(sectionId.tag).length > 0,
    customSections: of(sectionId.custom).map((cursor) => cursor.text()),
  };
}

/**
 * The module with a table of 32-bit addresses in place of one of 64-bit addresses. wasm-ld 22 gives every module with a
 * 64-bit memory such a table; Node 20 knows the memory, not the table. Undefined where the module uses its table.
 */
export function withNarrowTable(bytes: Buffer): Buffer | undefined {
  const sections = [...readSections(bytes)];
  const table = sections.find(({ id }) => id === sectionId.table);
  if (sections.some(({ id }) => id === sectionId.element)) return undefined;
  if (table === undefined) return bytes;
  const narrowed = Buffer.from(bytes);
  const cursor = table.cursor();
  cursor.list(() => {
    cursor.byte();
    narrowed[cursor.position] = narrowed[cursor.position]! & ~flag.wide;
    return cursor.limits();
  });
  return narrowed;
}

interface Limits {
  readonly flags: number;
  readonly maximum: number | undefined;
}

interface Section {
  readonly id: number;
  readonly cursor: () => Cursor;
}

function* readSections(bytes: Buffer): Generator<Section> {
  if (bytes.toString("latin1", 0, magic.length) !== magic) throw new Error("not a WebAssembly module of version 1");
  const cursor = new Cursor(bytes, magic.length);
  while (cursor.position < bytes.length) {
    const id = cursor.byte();
    const size = cursor.number();
    const { position } = cursor;
    yield { id, cursor: () => new Cursor(bytes, position) };
    cursor.position += size;
  }
}

function readImports(cursor: Cursor): { readonly name: string; readonly memory?: Limits }[] {
  return cursor.list(() => {
    const name = `${cursor.text()}.${cursor.text()}`;
    switch (cursor.byte()) {
      case kind.function:
        cursor.number();
        return { name };
      case kind.table:
        cursor.byte();
        cursor.limits();
        return { name };
      case kind.memory:
        return { name, memory: cursor.limits() };
      default:
        cursor.byte();
        cursor.number();
        return { name };
    }
  });
}

function readExport(cursor: Cursor): string {
  const name = cursor.text();
  cursor.byte();
  cursor.number();
  return name;
}

class Cursor {
  constructor(
    private readonly bytes: Buffer,
    public position: number,
  ) {}

  byte(): number {
    return this.bytes.readUInt8(this.position++);
  }

  /** An unsigned number in LEB128; what is beyond 32 bits is lost. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  text(): string {
    const size = this.number();
    this.position += size;
    return this.bytes.toString("utf8", this.position - size, this.position);
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }

  /** The limits of a table or memory. */
  limits(): Limits {
    const flags = this.byte();
    this.number();
    return { flags, maximum: (flags & flag.maximum) !== 0 ? this.number() : undefined };
  }
}
