import { hostPathsIn, readActionGraph } from "./actions-query";

const graph = {
  actions: [
    {
      mnemonic: "CppCompile",
      targetId: 2,
      arguments: ["clang", "-I/usr/include", "--sysroot=/dev/null", "-c", "a.c"],
      environmentVariables: [{ key: "PWD", value: "/proc/self/cwd" }],
      paramFiles: [{ arguments: ["-isystem", "/opt/include", "external/x/include"] }],
    },
    { mnemonic: "Link", targetId: 3 },
  ],
  targets: [
    { id: 2, label: "//:a" },
    { id: 3, label: "//:b" },
  ],
};

describe("readActionGraph", () => {
  it("joins arguments with those of parameter files", () => {
    expect(readActionGraph(JSON.stringify(graph))).toEqual([
      {
        mnemonic: "CppCompile",
        label: "//:a",
        arguments: [
          "clang",
          "-I/usr/include",
          "--sysroot=/dev/null",
          "-c",
          "a.c",
          "-isystem",
          "/opt/include",
          "external/x/include",
        ],
        environment: { PWD: "/proc/self/cwd" },
        executionPlatform: "",
        outputs: [],
        inputs: expect.any(Function),
      },
      {
        mnemonic: "Link",
        label: "//:b",
        arguments: [],
        environment: {},
        executionPlatform: "",
        outputs: [],
        inputs: expect.any(Function),
      },
    ]);
  });
});

describe("hostPathsIn", () => {
  const found = (argument: string): boolean =>
    hostPathsIn([{ mnemonic: "M", label: "L", arguments: [argument] }]).length > 0;

  it.each([
    "/bin/sh",
    "-I/usr/include",
    "--sysroot=/opt/x",
    "-Wl,-rpath,/lib",
    "-L/usr/lib",
    "C:\\LLVM\\bin",
    "-B/usr/lib",
    "-isystem/usr/include",
  ])("finds %s", (argument) => {
    expect(found(argument)).toBe(true);
  });

  it.each([
    "--sysroot=/dev/null",
    "external/a/b",
    "-I/execroot/external/include",
    "-ffile-prefix-map=/execroot/=",
    "-Iexternal/include",
    '-DTEXT="a/b"',
    "-Wl,-rpath,$ORIGIN/../lib",
    "-fdebug-prefix-map=/proc/self/cwd=.",
    "//targets:x",
  ])("passes %s", (argument) => {
    expect(found(argument)).toBe(false);
  });
});
