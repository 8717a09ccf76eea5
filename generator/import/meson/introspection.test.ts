import { readQueries } from "./configure-meson";
import { readIntrospection } from "./introspection";

const library = {
  name: "c",
  type: "static library",
  filename: ["/build/lib/libc.a"],
  installed: true,
};

const answers: Readonly<Record<string, unknown>> = {
  "meson-info/intro-targets.json": [
    library,
    { ...library, name: "part", installed: false },
    { ...library, name: "crt0.o", type: "executable" },
  ],
  "meson-info/intro-install_plan.json": {
    targets: { "/build/lib/libc.a": { destination: "{prefix}/lib/libc.a" } },
    headers: { "/tree/stdio.h": { destination: "/gen-bzl/include/stdio.h" } },
    configure: { "/build/made.h": { destination: "{prefix}/include/made.h" } },
  },
  "meson-info/intro-buildsystem_files.json": ["/tree/meson.build"],
  "compile_commands.json": [{ directory: "/build", command: "clang -c a.c -o a.o", file: "a.c" }],
};

test("what a build installs, and what it compiles", () => {
  expect(readIntrospection((path) => JSON.stringify(answers[path]))).toEqual({
    libraries: [{ name: "c", path: "/build/lib/libc.a" }],
    installed: new Map([
      ["{prefix}/include/stdio.h", "/tree/stdio.h"],
      ["{prefix}/include/made.h", "/build/made.h"],
    ]),
    buildFiles: ["/tree/meson.build"],
    commands: ["clang -c a.c -o a.o"],
  });
});

test("an answer of another form is no answer", () => {
  const read = (path: string): string =>
    JSON.stringify(path.includes("targets") ? [{ ...library, filename: "one" }] : answers[path]);
  expect(() => readIntrospection(read)).toThrow(
    "Meson answers in a form that is not known: meson-info/intro-targets.json",
  );
});

test("the members of libraries, without what ninja only waits for", () => {
  const printed = `ninja: Entering directory \`/build'
lib/libc.a:
  input: STATIC_LINKER
    lib/a.o
    lib/b.o
    | made.h
    || made.list
  outputs:
    all
lib/libm.a:
  input: STATIC_LINKER
    lib/c.o
  outputs:
    lib/libc_again.a
`;
  expect(readQueries(printed)).toEqual(
    new Map([
      ["lib/libc.a", ["lib/a.o", "lib/b.o"]],
      ["lib/libm.a", ["lib/c.o"]],
    ]),
  );
});
