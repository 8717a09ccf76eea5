import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { create } from "tar";
import { openSourceTree } from "./open-source-tree";
import type { SourceTree } from "./source-tree";

/** One archive of pkg-1.0/README and pkg-1.0/src/main.c, as GNU tar and each compressor write it. */
const archives: Readonly<Record<string, string>> = {
  gzip: "H4sIAAAAAAACA+3VsQ6CMBRA0c5+xRt1UFuRdnAykdHFPyBIDDEiKeBi/HfRuEh0cABjvGd5Hbrd9LXY78ZmoqeqQ7rhwvA+G+354mydnSkJVQ/qsoq9iPpTxaP/Jlqu1lF3/e18/r6/afd3NjBKNP0759N4K4d0oPDX77/0SWd/wOf7v7lt2P999z/EWT5JvrD/g/C5v9E2cOz/PmR5Jbfuw9Mx247kLD6tap+LXsiFTwEAAAAAAAAAAAAAfscVqdlgrAAoAAA=",
  bzip2:
    "QlpoOTFBWSZTWf+tAccAANzfgMqQQGP/iCYDFEBuq98KBggwALgMZDIaDQaNAGgAaGGMhkNBoNGgDQANDAqppRpiGkbUHpDTJ6majTQZqbrtKy1Gcx0IklKoSk8Ndsd6tYOxoyTJlQrgkTC/pYcyhyh+YdNnrmy/JaZNmpENLLMk2kCThwww7SSnNKq+689qPdONqFLMpjdJTnRlmnmhfww14UuMJb+bcXb3L6oyOZ90Ov6XWRTXLrqpxis6p1Y50HGgttxMamkkf4u5IpwoSH/WgOOA",
  xz: "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/ALRdADgayRV3cRwtFCbpK9R3qk9nlSZcUKzDYkW9IzZ0Mb2Ghv+LmIL8ujHg/tGh+pF8Lj9Xdwuv3GP6tUM+4MFuACY2DVpqlRxP/y9VNgdnmNkC0Au6Aiqi16DZqWEn0+meTshAAMzfC8IVCamEQ9cjsMRSI30Wab3IZzl0gocL/YreXQ4F29zbeHSjIiI77ra4ucGPbYu40hTsEV73R/yMlHsUHzfcXWV8YrDTtihP2NKUwgQIAAChD44Cy0CC5wAB0AGAUAAAyXnubbHEZ/sCAAAAAARZWg==",
  zstd: "KLUv/WQAJ+UEAHLGFhmAbwMrJjcacYgSTf89aWIrkbFs/DtRHioFGSPNk1o1UsZYeOR0BVynfM21f3OIKaHk/69waLVAlPiBkTavN/f8ONzCKMnSLDOFtbJ2n9dwz/X+v96iCR+giAoXIAAvTGY86IsesMeQlO1byRhVL2MoswZcwZpVchgwlAaIAPSqBwzVILc9LrMGIAAdFP883VeAAw4KYDhdOZz5vqc=",
};
const plain = gunzipSync(Buffer.from(archives["gzip"]!, "base64"));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "open-source-tree-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function fileOf(content: Buffer): Promise<string> {
  const path = join(folder, "upstream");
  await writeFile(path, content);
  return path;
}

describe("an archive", () => {
  test.each(Object.keys(archives))(
    "%s: is unpacked, whatever it is called, without its one top folder",
    async (compression) => {
      const tree = await openSourceTree(await fileOf(Buffer.from(archives[compression]!, "base64")));
      expect(tree.files).toEqual(["README", "src/main.c"]);
      expect(tree.read("src/main.c")).toBe("int main(void) { return 0; }\n");
      expect(tree.has("pkg-1.0/README")).toBe(false);
    },
  );

  test("uncompressed", async () => {
    const tree = await openSourceTree(await fileOf(plain));
    expect(tree.read("README")).toBe("read me\n");
  });

  test.each(Object.keys(archives))("%s: a cut-off one is refused, by name", async (compression) => {
    const whole = Buffer.from(archives[compression]!, "base64");
    const path = await fileOf(whole.subarray(0, Math.floor(whole.length * 0.7)));
    await expect(openSourceTree(path)).rejects.toMatchObject({
      name: "ImportError",
      message: expect.stringContaining(`${path}: damaged archive: `),
    });
  });

  test("one with a changed header is refused", async () => {
    const changed = Buffer.from(plain);
    changed.write("X", 0, "latin1");
    await expect(openSourceTree(await fileOf(changed))).rejects.toThrow(/damaged archive: .*checksum/);
  });

  test("what is no archive is refused", async () => {
    const path = await fileOf(Buffer.from("PK\u0003\u0004 and so on"));
    await expect(openSourceTree(path)).rejects.toThrow(`${path}: neither a folder nor a tar archive`);
  });
});

describe("a folder", () => {
  test("with several things in it is the tree", async () => {
    await mkdir(join(folder, "src"));
    await writeFile(join(folder, "src", "b.c"), "b");
    await writeFile(join(folder, "a.c"), "a");
    const tree = await openSourceTree(folder);
    expect(tree.files).toEqual(["a.c", "src/b.c"]);
    expect(tree.read("src/b.c")).toBe("b");
    expect(() => tree.read("c.c")).toThrow(`c.c: no such file in the source tree ${folder}`);
  });

  test("that holds one folder is left out of the paths", async () => {
    await mkdir(join(folder, "pkg", "src"), { recursive: true });
    await writeFile(join(folder, "pkg", "src", "a.c"), "a");
    await writeFile(join(folder, "pkg", "Makefile"), "");
    expect((await openSourceTree(folder)).files).toEqual(["Makefile", "src/a.c"]);
  });

  test("without files is refused", async () => {
    await mkdir(join(folder, "empty"));
    await expect(openSourceTree(folder)).rejects.toThrow(`${folder}: holds no files`);
  });
});

describe.each(["a folder", "an archive"])("symbolic links in %s", (kind) => {
  const treeWith = async (links: Readonly<Record<string, string>>): Promise<SourceTree> => {
    await mkdir(join(folder, "pkg", "src"), { recursive: true });
    await writeFile(join(folder, "pkg", "src", "a.c"), "a");
    await writeFile(join(folder, "pkg", "Makefile"), "all:");
    for (const [path, to] of Object.entries(links)) await symlink(to, join(folder, "pkg", path));
    if (kind === "a folder") return openSourceTree(join(folder, "pkg"));
    await create({ cwd: folder, file: join(folder, "pkg.tar") }, ["pkg"]);
    return openSourceTree(join(folder, "pkg.tar"));
  };

  test("are the files that they lead to, through other links as well", async () => {
    const tree = await treeWith({ "b.c": "src/a.c", "src/c.c": "../b.c" });
    expect(tree.files).toEqual(["Makefile", "b.c", "src/a.c", "src/c.c"]);
    expect([tree.read("b.c"), tree.read("src/c.c")]).toEqual(["a", "a"]);
  });

  test("are the folders that they lead to", async () => {
    expect((await treeWith({ lib: "src" })).files).toEqual(["Makefile", "lib/a.c", "src/a.c"]);
  });

  test.each(["/etc/hostname", "../outside", "gone", "b.c"])("to %s cannot be read", async (to) => {
    const tree = await treeWith({ "b.c": to });
    expect(() => tree.read("b.c")).toThrow(`b.c: a link to ${to}, which is not in the source tree`);
  });
});

test("a path that does not exist is refused", async () => {
  const path = join(folder, "missing");
  await expect(openSourceTree(path)).rejects.toMatchObject({
    name: "ImportError",
    message: expect.stringContaining(`${path}: cannot be opened: ENOENT`),
  });
});
