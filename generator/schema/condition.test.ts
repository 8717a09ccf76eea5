import { conditionHolds, takeFlags, type ConditionSubject } from "./condition";

const subject = {
  architecture: { name: "amd64_v3", base: "amd64", bits: 64, endian: "little", elf_machine: "EM_X86_64" },
  system: { name: "linux_musl", os: "linux", abi: "musl" },
  llvm: "22.1.8",
} as unknown as ConditionSubject;

test.each([
  [undefined, true],
  [{}, true],
  [{ architecture: ["amd64_v3"] }, true],
  [{ architecture: ["amd64"] }, true],
  [{ architecture: ["arm64"] }, false],
  [{ bitcode: true }, true],
  [{ bitcode: false }, false],
  [{ elf_machine: ["EM_MIPS", "EM_X86_64"] }, true],
  [{ elf_machine: ["EM_MIPS"] }, false],
  [{ system: ["linux_musl", "linux_gnu"] }, true],
  [{ os: ["windows"] }, false],
  [{ abi: ["musl"], bits: 64 as const }, true],
  [{ abi: ["musl"], bits: 32 as const }, false],
  [{ endian: "big" as const }, false],
  [{ llvm: "<23" }, true],
  [{ llvm: ">=22 <22.2" }, true],
  [{ llvm: ">=23" }, false],
])("%j holds: %s", (condition, expected) => {
  expect(conditionHolds(condition, subject)).toBe(expected);
});

test("takes the flags of the groups that hold, in their order", () => {
  expect(
    takeFlags(
      ["-a", { when: { bits: 32 }, flags: ["-b"] }, { when: { os: ["linux"] }, flags: ["-c", "-d"] }, "-e"],
      subject,
    ),
  ).toEqual(["-a", "-c", "-d", "-e"]);
});
