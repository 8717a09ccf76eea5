import { readImportLibrary } from "./import-library";

/** A short import object: a fixed header, the symbol, the DLL, and with the name type 4 the exported name. */
function shortObject(symbol: string, type: number, hint = 0, exportedAs?: string): Buffer {
  const header = Buffer.alloc(20);
  header.writeUInt16LE(0xffff, 2);
  header.writeUInt16LE(hint, 16);
  header.writeUInt16LE(type << 2, 18);
  return Buffer.concat([
    header,
    Buffer.from([symbol, "some.dll", ...(exportedAs === undefined ? [] : [exportedAs]), ""].join("\0"), "latin1"),
  ]);
}

function archiveOf(members: readonly Buffer[]): Buffer {
  const parts = members.flatMap((member) => {
    const header = Buffer.alloc(60, " ");
    header.write("member/", 0, "latin1");
    header.write(String(member.length), 48, "latin1");
    header.write("`\n", 58, "latin1");
    return [header, member, Buffer.alloc(member.length % 2, "\n")];
  });
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

describe("readImportLibrary", () => {
  it.each([
    ["by ordinal", shortObject("Named", 0, 42), { symbol: "Named", name: undefined, ordinal: 42 }],
    ["by its very name", shortObject("Named", 1, 42), { symbol: "Named", name: "Named", ordinal: undefined }],
    ["without the underscore", shortObject("_Named@8", 2), { symbol: "_Named@8", name: "Named@8" }],
    ["undecorated", shortObject("_Named@8", 3), { symbol: "_Named@8", name: "Named" }],
    ["undecorated, of C++", shortObject("?f@@YAXXZ", 3), { name: "f" }],
    ["under another name", shortObject("_Named", 4, 0, "Other"), { symbol: "_Named", name: "Other" }],
  ])("reads a name that is imported %s", (_, member, expected) =>
    expect(readImportLibrary(archiveOf([member]))).toEqual([expect.objectContaining({ dll: "some.dll", ...expected })]),
  );

  it("goes by members of other kinds, and by the padding after odd ones", () => {
    const object = Buffer.alloc(33, 1);
    expect(
      readImportLibrary(archiveOf([object, shortObject("Aa", 1), shortObject("B", 1), object])).map(
        ({ symbol }) => symbol,
      ),
    ).toEqual(["Aa", "B"]);
  });

  it("refuses what is no archive", () =>
    expect(() => readImportLibrary(Buffer.from("MZ and more"))).toThrow("not an archive"));
  it("refuses a name type that nobody knows", () =>
    expect(() => readImportLibrary(archiveOf([shortObject("Aa", 7)]))).toThrow("unknown name type 7"));
});
