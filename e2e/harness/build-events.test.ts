import { readBuildEvents } from "./build-events";

const lines = [
  { id: { started: {} } },
  {
    id: { actionCompleted: { primaryOutput: "bazel-out/k8-fastbuild/bin/hello.o", label: "//:hello" } },
    action: { success: true, type: "CppCompile" },
  },
  { id: { namedSet: { id: "1" } }, namedSetOfFiles: { files: [{ name: "inner", uri: "file:///base/a%20b" }] } },
  {
    id: { namedSet: { id: "0" } },
    namedSetOfFiles: {
      files: [{ name: "hello", uri: "file:///base/hello" }, { name: "inline" }],
      fileSets: [{ id: "1" }],
    },
  },
  {
    id: { targetCompleted: { label: "//:hello" } },
    completed: {
      success: true,
      outputGroup: [
        { name: "other", fileSets: [{ id: "1" }] },
        { name: "default", fileSets: [{ id: "0" }] },
      ],
    },
  },
  { id: { targetCompleted: { label: "//:failed" } }, aborted: {} },
];

describe("readBuildEvents", () => {
  const record = readBuildEvents(lines.map((line) => JSON.stringify(line)).join("\n") + "\n");

  it("lists executed actions", () => {
    expect(record.actions).toEqual([
      { mnemonic: "CppCompile", label: "//:hello", output: "bazel-out/k8-fastbuild/bin/hello.o" },
    ]);
  });

  it("finds the default outputs of a target through nested sets", () => {
    expect([...record.outputs]).toEqual([["//:hello", ["/base/hello", "/base/a b"]]]);
  });
});
