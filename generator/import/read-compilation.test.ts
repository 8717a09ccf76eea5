import { readCompilation, type Compilation } from "./read-compilation";

const compiler = ["/llvm/clang", "--target=aarch64-linux-musl", "-fPIE"];

const read = (line: string): Compilation | undefined =>
  readCompilation({ words: line.split(" "), isPiped: false }, compiler, {
    inTree: (path) => (path.startsWith("/tree/") ? path.slice("/tree/".length) : undefined),
    has: (path) => path === "a.c",
  });

const cc = compiler.join(" ");

test("a compilation: what is compiled into what, with which flags, and where it looks for headers", () => {
  expect(
    read(`${cc} -DX -I/tree/include -Iobj/include -O2 -I/tree/src -MT a.o -MF a.d -c -o obj/a.o /tree/a.c`),
  ).toEqual({
    object: "obj/a.o",
    source: "a.c",
    isGenerated: false,
    flags: ["-DX", "-O2"],
    include: ["include", "src"],
  });
});

test("behind another program, and of a file that the build makes", () => {
  expect(read(`./libtool --mode=compile ${cc} -c -o a.lo made.c`)).toMatchObject({
    object: "a.lo",
    source: "made.c",
    isGenerated: true,
  });
});

test("with the source before the object", () => {
  expect(read(`${cc} -DX -c /tree/a.c -o a.o`)).toMatchObject({ object: "a.o", source: "a.c", flags: ["-DX"] });
});

test.each([`${cc} -o lib/libc.so obj/a.o`, "ar rc lib/libc.a obj/a.o", "cp -c -o a b"])(
  "%s compiles nothing",
  (line) => {
    expect(read(line)).toBeUndefined();
  },
);
