import type { ArchitectureRow, SystemRow } from "../schema/rows";
import { evaluateCMake } from "./cmake/evaluate-cmake";
import { answerProbes } from "./compiler-probes";
import { sourceTreeOf } from "./source-tree";

const linux = {
  name: "linux_musl",
  os: "linux",
  abi: "musl",
  object_format: "elf",
  triple: "{llvm}-linux-musl{eabi}",
} as SystemRow;

/** The value that `variable` has after the command `probe`, for an architecture given as its columns. */
function answer(
  probe: string,
  variable: string,
  architecture: Partial<ArchitectureRow> = {},
  system: Partial<SystemRow> = {},
): string | undefined {
  const tree = sourceTreeOf({ "x/CMakeLists.txt": probe });
  const target = { system: { ...linux, ...system }, architecture: { name: "any", columns: {}, ...architecture } };
  return evaluateCMake(tree, { directory: "x", variables: {}, commands: answerProbes(target) }).variable(variable);
}

test.each([
  ["check_c_compiler_flag(-fPIC V)", "1"],
  ["check_cxx_compiler_flag(-EHsc V)", ""],
  ["builtin_check_c_compiler_flag(/Zl V)", ""],
  ["check_assembler_flag(V -mimplicit-it=always)", "1"],
  ['llvm_check_compiler_linker_flag(C "--unwindlib=none" V)', "1"],
  ['check_library_exists(c fopen "" V)', ""],
])("%s → %j", (probe, expected) => {
  expect(answer(probe, "V")).toBe(expected);
});

// As clang 22 answers for each triple without flags of a particular CPU.
test.each([
  ["x86_64", "x86_64", undefined, true, true],
  ["i386", "i686", undefined, false, false],
  ["aarch64", "aarch64", undefined, true, true],
  ["armhf", "armv7", "eabihf", true, true],
  ["armv6", "armv6", "eabihf", true, true],
  ["armv5te", "armv5te", "eabi", false, true],
  ["armv7m", "armv7m", "eabi", false, true],
  ["armv7em", "armv7em", "eabihf", true, true],
  ["riscv32", "riscv32", undefined, true, true],
  ["loongarch64", "loongarch64", undefined, true, true],
  ["s390x", "s390x", undefined, false, true],
  ["powerpc64le", "powerpc64le", undefined, false, false],
  ["mips64el", "mips64el", undefined, false, false],
  ["wasm32", "wasm32", undefined, false, false],
])("%s: bfloat16 and float16", (compilerRt, llvm, eabi, bfloat16, float16) => {
  const architecture = { columns: { compiler_rt: compilerRt }, llvm, ...(eabi !== undefined && { eabi }) };
  expect(
    answer('check_c_source_compiles("" COMPILER_RT_HAS_x_BFLOAT16)', "COMPILER_RT_HAS_x_BFLOAT16", architecture),
  ).toBe(bfloat16 ? "1" : "");
  expect(
    answer('check_c_source_compiles("" COMPILER_RT_HAS_x_FLOAT16)', "COMPILER_RT_HAS_x_FLOAT16", architecture),
  ).toBe(float16 ? "1" : "");
});

test("ARM's floating-point unit: double precision outside the M profile, none where the row's flags forbid it", () => {
  const single = "try_compile_only(COMPILER_RT_HAS_armhf_VFP_DP SOURCE x)";
  const any = 'check_symbol_exists(__ARM_FP "" COMPILER_RT_HAS_armhf_VFP)';
  expect(
    answer(single, "COMPILER_RT_HAS_armhf_VFP_DP", {
      columns: { compiler_rt: "armhf" },
      llvm: "armv7",
      eabi: "eabihf",
    }),
  ).toBe("1");
  expect(
    answer(single, "COMPILER_RT_HAS_armhf_VFP_DP", {
      columns: { compiler_rt: "armv7em" },
      llvm: "armv7em",
      eabi: "eabihf",
    }),
  ).toBe("");
  expect(
    answer(any, "COMPILER_RT_HAS_armhf_VFP", { columns: { compiler_rt: "armhf" }, llvm: "armv7", eabi: "eabi" }),
  ).toBe("1");
  expect(
    answer(any, "COMPILER_RT_HAS_armhf_VFP", {
      columns: { compiler_rt: "armhf" },
      llvm: "armv7",
      flags: ["-mfloat-abi=soft"],
    }),
  ).toBe("");
});

test("the system's headers and object format", () => {
  const probe = 'check_include_files("sys/auxv.h" COMPILER_RT_HAS_AUXV)';
  expect(answer(probe, "COMPILER_RT_HAS_AUXV")).toBe("1");
  expect(answer(probe, "COMPILER_RT_HAS_AUXV", {}, { os: "windows" })).toBe("");
  const pragma = 'check_c_source_compiles("" C_SUPPORTS_COMMENT_LIB_PRAGMA)';
  expect(answer(pragma, "C_SUPPORTS_COMMENT_LIB_PRAGMA")).toBe("1");
  expect(answer(pragma, "C_SUPPORTS_COMMENT_LIB_PRAGMA", {}, { object_format: "wasm" })).toBe("");
});

test("a new question is an error of the line that asks it", () => {
  expect(() => answer('\ncheck_c_source_compiles("" HAS_SOMETHING_NEW)', "V")).toThrow(
    "x/CMakeLists.txt:2: upstream's configuration asks HAS_SOMETHING_NEW, which the importer has no answer to",
  );
});
