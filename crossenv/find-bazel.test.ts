import { findBazel, type Machine } from "./find-bazel";

function machineWith(over: Partial<Machine> & { versions?: Record<string, string> }): Machine {
  return {
    environment: {},
    findProgram: () => undefined,
    readVersion: (program) => over.versions?.[program] ?? fail(program),
    bazelisk: () => undefined,
    ...over,
  };
}

function fail(program: string): never {
  throw new Error(`cannot run ${program}`);
}

describe("findBazel", () => {
  it("takes what BAZEL names before what is on PATH", () => {
    const machine = machineWith({
      environment: { BAZEL: "/opt/bazel" },
      findProgram: () => "/usr/bin/bazel",
      versions: { "/opt/bazel": "bazel 8.1.0" },
    });
    expect(findBazel(">=7.7.0", machine)).toEqual({
      command: ["/opt/bazel"],
      environment: {},
      origin: "$BAZEL, 8.1.0",
    });
  });

  it("refuses a BAZEL that is too old, or none", () => {
    const old = machineWith({ environment: { BAZEL: "/opt/bazel" }, versions: { "/opt/bazel": "bazel 7.6.1" } });
    expect(() => findBazel(">=7.7.0", old)).toThrow("BAZEL names /opt/bazel, which is Bazel 7.6.1; >=7.7.0 is needed");
    expect(() => findBazel(">=7.7.0", machineWith({ environment: { BAZEL: "/no/such" } }))).toThrow(
      "which does not print the version of a Bazel",
    );
  });

  it("takes the one on PATH when its version is in the range", () => {
    const machine = machineWith({
      findProgram: () => "/usr/bin/bazel",
      bazelisk: () => "/b.js",
      versions: { "/usr/bin/bazel": "bazel 7.7.1- (@non-git)" },
    });
    expect(findBazel(">=7.7.0", machine).command).toEqual(["/usr/bin/bazel"]);
  });

  it("takes bazelisk when the one on PATH is too old or broken", () => {
    for (const versions of [{ "/usr/bin/bazel": "bazel 6.5.0" }, { "/usr/bin/bazel": "no version here" }, {}]) {
      const machine = machineWith({ findProgram: () => "/usr/bin/bazel", bazelisk: () => "/b.js", versions });
      expect(findBazel(">=7.7.0", machine)).toEqual({
        command: [process.execPath, "/b.js"],
        environment: { USE_BAZEL_VERSION: "7.7.0" },
        origin: "bazelisk, 7.7.0",
      });
    }
  });

  it("fails without any", () => {
    expect(() => findBazel(">=7.7.0", machineWith({}))).toThrow("no Bazel >=7.7.0");
  });
});
