/** One name that an import library offers to linkers, as its short import object describes it. */
export interface ImportedName {
  /** As objects refer to it, with i386's underscore and decorations. */
  readonly symbol: string;
  readonly dll: string;
  /** As the DLL has to export it; undefined where it is imported by ordinal. */
  readonly name: string | undefined;
  readonly ordinal: number | undefined;
}

const archiveMagic = "!<arch>\n";
const memberHeader = 60;
const nameType = { ordinal: 0, name: 1, noPrefix: 2, undecorated: 3, exportedAs: 4 } as const;

/** The names of an import library in short form. Members of other kinds (the DLL's descriptors, compiled code) are left out. */
export function readImportLibrary(bytes: Buffer): ImportedName[] {
  if (bytes.toString("latin1", 0, archiveMagic.length) !== archiveMagic) throw new Error("not an archive");
  const names: ImportedName[] = [];
  for (let at = archiveMagic.length; at + memberHeader <= bytes.length;) {
    const size = Number(bytes.toString("latin1", at + 48, at + 58));
    const member = bytes.subarray(at + memberHeader, at + memberHeader + size);
    if (member.length >= 20 && member.readUInt16LE(0) === 0 && member.readUInt16LE(2) === 0xffff)
      names.push(readMember(member));
    at += memberHeader + size + (size % 2);
  }
  return names;
}

function readMember(member: Buffer): ImportedName {
  const [symbol = "", dll = "", exportedAs] = member.toString("latin1", 20).split("\0");
  const type = (member.readUInt16LE(18) >> 2) & 7;
  const ordinal = type === nameType.ordinal ? member.readUInt16LE(16) : undefined;
  return { symbol, dll, ordinal, name: nameOf(symbol, type, exportedAs) };
}

/** By Microsoft's description of the name types of short import objects. */
function nameOf(symbol: string, type: number, exportedAs: string | undefined): string | undefined {
  const withoutPrefix = symbol.replace(/^[?@_]/, "");
  switch (type) {
    case nameType.ordinal:
      return undefined;
    case nameType.name:
      return symbol;
    case nameType.noPrefix:
      return withoutPrefix;
    case nameType.undecorated:
      return withoutPrefix.replace(/@.*$/, "");
    case nameType.exportedAs:
      return exportedAs;
    default:
      throw new Error(`a short import object of the unknown name type ${type}`);
  }
}
