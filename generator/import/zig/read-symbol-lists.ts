import { ImportError } from "../source-tree";

/** What one library exports under one name, alike on some targets. */
export interface ListedSymbol {
  readonly name: string;
  readonly library: string;
  /** Function, data, thread-local data. */
  readonly kind: "F" | "D" | "T";
  /** In bytes; absent for functions. */
  readonly size?: number;
  /** Zig's names of the targets, `aarch64-freebsd-none`. */
  readonly targets: readonly string[];
  /** The versions that it has, `1.7.0`; of a symbol without a version those of the lists that have it. */
  readonly versions: readonly string[];
  readonly isVersioned: boolean;
}

/** The symbols of a system's libraries over all targets and versions. */
export interface SymbolLists {
  /** As `-l` names them, `m`. */
  readonly libraries: readonly string[];
  /** Oldest first. */
  readonly versions: readonly string[];
  readonly targets: readonly string[];
  readonly symbols: readonly ListedSymbol[];
}

/**
 * Reads an `abilists` of the BSDs, as Zig's archive has them and `loadMetaData` of its src/libs/freebsd.zig reads them: names of libraries,
 * versions and names of targets, each after their number, and then functions, data and thread-local data. A symbol is its name
 * and, until one says that it is the last, what holds for some targets: a bit for each target, the size of data, the library
 * with bits for "without a version", "weak" and "last", and the versions, of which the last has its highest bit set.
 *
 * @param path For messages.
 */
export function readSymbolLists(bytes: Buffer, path: string): SymbolLists {
  const reader = new Reader(bytes, path);
  const libraries = reader.list(() => reader.text());
  const versions = reader.list(() => [reader.byte(), reader.byte(), reader.byte()].join("."));
  const targets = reader.list(() => reader.text());
  if (targets.length > 64) throw reader.error(`${targets.length} targets, where a symbol has bits for 64`);
  const symbols = (["F", "D", "T"] as const).flatMap((kind) =>
    reader.isAtEnd ? [] : readSection(reader, kind, { libraries, versions, targets }),
  );
  if (!reader.isAtEnd) throw reader.error("goes on after thread-local data");
  return { libraries, versions, targets, symbols };
}

function readSection(
  reader: Reader,
  kind: ListedSymbol["kind"],
  names: Pick<SymbolLists, "libraries" | "versions" | "targets">,
): ListedSymbol[] {
  const symbols: ListedSymbol[] = [];
  const count = reader.short();
  let name: string | undefined;
  for (let index = 0; index < count; index++) {
    name ??= reader.text();
    const bits = reader.leb128();
    const size = kind === "F" ? undefined : Number(reader.leb128());
    const library = reader.byte();
    symbols.push({
      name,
      kind,
      ...(size !== undefined && { size }),
      targets: names.targets.filter((_, bit) => (bits >> BigInt(bit)) & 1n),
      library: reader.named(names.libraries, library & 0x1f, "library"),
      isVersioned: (library & 0x20) === 0,
      versions: reader.until((byte) => reader.named(names.versions, byte, "version")),
    });
    if (library & 0x80) name = undefined;
  }
  if (name !== undefined) throw reader.error(`"${name}" has no end`);
  return symbols;
}

/** A place in the bytes, which goes on with each call. */
class Reader {
  private offset = 0;

  constructor(
    private readonly bytes: Buffer,
    private readonly path: string,
  ) {}

  get isAtEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  error(message: string): ImportError {
    return new ImportError(`${this.path}: at byte ${this.offset}: ${message}`);
  }

  byte(): number {
    const byte = this.bytes[this.offset];
    if (byte === undefined) throw this.error("ends too early");
    this.offset++;
    return byte;
  }

  short(): number {
    return this.byte() | (this.byte() << 8);
  }

  leb128(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.offset);
    if (end === -1) throw this.error("a name has no end");
    const text = this.bytes.toString("utf8", this.offset, end);
    this.offset = end + 1;
    return text;
  }

  /** As many as the next byte says. */
  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.byte() }, read);
  }

  /** One for each byte, up to the one whose highest bit is set. */
  until<Item>(read: (byte: number) => Item): Item[] {
    const items: Item[] = [];
    for (;;) {
      const byte = this.byte();
      items.push(read(byte & 0x7f));
      if (byte & 0x80) return items;
    }
  }

  named(names: readonly string[], index: number, what: string): string {
    const name = names[index];
    if (name === undefined) throw this.error(`there is no ${what} ${index}`);
    return name;
  }
}
