import { readImport, readRecipe, type Recipe } from "./read-recipe";

const read = (target: string, prerequisites: readonly string[], ...recipe: string[]): Recipe =>
  readRecipe({ target, prerequisites, recipe }, "Makefile.am");

test("an import library: its definition, and the flags of dlltool that matter", () => {
  const recipe = read(
    "lib64/liba.a",
    ["lib64/a.def"],
    "dlltool --as-flags=--64 -m i386:x86-64 -k --as= --output-lib lib64/liba.a --input-def ./lib64/a.def",
  );
  expect(recipe).toEqual({ kind: "import", definition: "lib64/a.def", flags: ["-m", "i386:x86-64", "-k"] });
});

test("a definition that sed names after the library", () => {
  const command = "dlltool -m i386 -k --input-def ./`echo lib32/libshell32.a |  's|/lib|/|;s|\\.a|.def|'` && ar cru";
  expect(readImport(command, "lib32/libshell32.a")).toMatchObject({ definition: "lib32/shell32.def" });
  expect(readImport("ar cru", "x")).toBeUndefined();
});

test("merging, copying and compiling", () => {
  expect(
    read("lib64/libu.a", ["./u.mri", "lib64/libx.a"], "rm -f lib64/libu.a", "cd lib64/ && ar -M < ./u.mri"),
  ).toEqual({ kind: "merge", script: "u.mri" });
  expect(read("crt2.o", ["crt1.o"], "cp crt1.o crt2.o")).toEqual({ kind: "copy", of: "crt1.o" });
  expect(read("crt1.o", ["crt/crtexe.c"], "cc -D_CRTBLD -c crt/crtexe.c -o crt1.o")).toMatchObject({
    kind: "compile",
    source: "crt/crtexe.c",
  });
});

test("preprocessing a definition, with and without taking decorations away", () => {
  const command = "cpp -x c lib-common/a.def.in -Wp,-w -P -I./def-include";
  expect(read("lib64/a.def", ["lib-common/a.def.in"], `${command} > lib64/a.def`)).toMatchObject({
    kind: "preprocess",
    source: "lib-common/a.def.in",
    undecorate: false,
  });
  expect(
    read("lib64/a.def", ["lib-common/a.def.in"], `${command} | sed -E 's/^([^ ]+)@[0-9]+( |$)/\\1\\2/' > lib64/a.def`),
  ).toMatchObject({ undecorate: true });
});

test("commands beside the one that is understood are refused, but for what clears the way and indexes", () => {
  expect(read("x.o", ["y.o"], "rm -f x.o", "cp y.o x.o", " x.o")).toEqual({ kind: "copy", of: "y.o" });
  expect(() => read("x.o", ["y.o"], "cp y.o x.o", "strip x.o")).toThrow(
    "Makefile.am: the importer does not understand how x.o is made: cp y.o x.o; strip x.o",
  );
  expect(() => read("x.a", ["y.def"], "dlltool --input-def y.def --output-lib x.a", "ar d x.a part.o")).toThrow(
    "does not understand how x.a is made",
  );
});

test("anything else is refused with the command", () => {
  expect(() => read("x.a", ["y"], "weld y")).toThrow(
    "Makefile.am: the importer does not understand how x.a is made: weld y",
  );
});
