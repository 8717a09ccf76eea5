import type { ArchitectureRow, SystemRow } from "../schema/rows";
import type { CommandFunction } from "./cmake/builtin-commands";

/** For whom a probe is answered. The architecture is absent where upstream's files are read for a whole system. */
export interface ProbeTarget {
  readonly system: SystemRow;
  readonly architecture?: ArchitectureRow;
}

interface Answer {
  readonly variable: RegExp;
  readonly holds: (target: ProbeTarget) => boolean;
}

const always = (): boolean => true;
const never = (): boolean => false;

/**
 * What clang 22 would answer to the programs that upstream's configuration compiles, by the variable that takes the answer.
 * Found by compiling them with clang for each architecture's triple, without flags of a particular CPU.
 */
const answers: readonly Answer[] = [
  // The C11 keyword, in every language mode and for every target.
  { variable: /^COMPILER_RT_HAS_ATOMIC_KEYWORD$/, holds: always },
  { variable: /^COMPILER_RT_HAS_(?:ASM_LSE|AARCH64_SME|ARM_UNALIGNED)$/, holds: isAarch64 },
  { variable: /^COMPILER_RT_HAS_ARM_FP$/, holds: (target) => isAarch64(target) || hasArmFloat(target) },
  { variable: /^COMPILER_RT_HAS_.+_BFLOAT16$/, holds: hasBfloat16 },
  { variable: /^COMPILER_RT_HAS_.+_FLOAT16$/, holds: hasFloat16 },
  { variable: /^COMPILER_RT_HAS_.+_VFP$/, holds: hasArmFloat },
  { variable: /^COMPILER_RT_HAS_.+_VFP_DP$/, holds: (target) => hasArmFloat(target) && !isMicrocontroller(target) },
  { variable: /^COMPILER_RT_HAS_.+_ARMHF$/, holds: isHardFloat },
  {
    variable: /^C_SUPPORTS_COMMENT_LIB_PRAGMA$/,
    holds: ({ system }) => system.object_format === "elf" || system.object_format === "coff",
  },
  // clang has this header itself.
  { variable: /^HAVE_UNWIND_H$/, holds: always },
  { variable: /^HAVE_RPC_XDR_H$/, holds: never },
  { variable: /^(?:COMPILER_RT_HAS_AUXV|HAVE_GETAUXVAL)$/, holds: ({ system }) => system.os === "linux" },
  { variable: /^HAVE_ELF_AUX_INFO$/, holds: ({ system }) => system.os === "freebsd" || system.os === "openbsd" },
  // Mac Catalyst, for which we build nothing.
  { variable: /^COMPILER_RT_HAS_DARWIN_TARGET_VARIANT_FLAG$/, holds: never },
  { variable: /^COMPILER_RT_HAS_INITFINI_ARRAY$/, holds: ({ system }) => system.object_format === "elf" },
  // They decide flags of libunwind for 32-bit MIPS and ARM; no source depends on them.
  {
    variable:
      /^(?:__MIPSHF|__MIPS_O32|LIBUNWIND_TARGET_ARM|LIBUNWIND_USES_SJLJ_EXCEPTIONS|LIBUNWIND_USES_DWARF_EH|PICOLIBC)$/,
    holds: never,
  },
];

/** Where a probing command of CMake or of upstream has the variable that takes the answer. */
const probes: Readonly<Record<string, { readonly at: number; readonly kind: "flag" | "library" | "program" }>> = {
  check_c_compiler_flag: { at: 1, kind: "flag" },
  check_cxx_compiler_flag: { at: 1, kind: "flag" },
  builtin_check_c_compiler_flag: { at: 1, kind: "flag" },
  check_assembler_flag: { at: 0, kind: "flag" },
  llvm_check_compiler_linker_flag: { at: 2, kind: "flag" },
  check_library_exists: { at: 3, kind: "library" },
  check_c_source_compiles: { at: 1, kind: "program" },
  check_cxx_source_compiles: { at: 1, kind: "program" },
  builtin_check_c_compiler_source: { at: 0, kind: "program" },
  try_compile_only: { at: 0, kind: "program" },
  check_include_file: { at: 1, kind: "program" },
  check_include_files: { at: 1, kind: "program" },
  check_symbol_exists: { at: 2, kind: "program" },
  check_section_exists: { at: 1, kind: "program" },
};

/** The probing commands, answered for a target. They fail on a question that the table above does not have. */
export function answerProbes(target: ProbeTarget): Map<string, CommandFunction> {
  return new Map(
    Object.entries(probes).map(([command, { at, kind }]): [string, CommandFunction] => [
      command,
      (words, { scope }) => {
        const variable = words[at] ?? "";
        const holds = kind === "program" ? answerProgram(variable, target) : kind === "flag" && words.some(isClangFlag);
        scope.cache.entries.set(variable, holds ? "1" : "");
      },
    ]),
  );
}

/** cl.exe's flags start with a slash, or with -EH; GCC alone knows the warning. Libraries are found by nobody before they are built. */
function isClangFlag(word: string): boolean {
  return word.startsWith("-") && !word.startsWith("-EH") && word !== "-Wbuiltin-declaration-mismatch";
}

function answerProgram(variable: string, target: ProbeTarget): boolean {
  const answer = answers.find((candidate) => candidate.variable.test(variable));
  if (!answer) throw new Error(`upstream's configuration asks ${variable}, which the importer has no answer to`);
  return answer.holds(target);
}

function nameOf({ architecture }: ProbeTarget): string {
  return architecture?.columns["compiler_rt"] ?? "";
}

function isAarch64(target: ProbeTarget): boolean {
  return /^(?:aarch64|arm64)/.test(nameOf(target));
}

function isArm32(target: ProbeTarget): boolean {
  return /^arm/.test(nameOf(target)) && !isAarch64(target);
}

/** ARM's M profile: no ARM state, and double precision only where a CPU is named. */
function isMicrocontroller(target: ProbeTarget): boolean {
  return /^arm.*(?:m|em|m\.base|m\.main)$/.test(nameOf(target));
}

function isHardFloat(target: ProbeTarget): boolean {
  return isArm32(target) && (target.architecture?.eabi?.endsWith("hf") ?? false);
}

/** `__ARM_FP`: with the hard-float ABI, and from ARMv6 on in the A profile, unless the row's flags forbid it. */
function hasArmFloat(target: ProbeTarget): boolean {
  if (target.architecture?.flags?.includes("-mfloat-abi=soft")) return false;
  const version = Number(/\d+/.exec(target.architecture?.llvm ?? "")?.[0] ?? 0);
  return isHardFloat(target) || (isArm32(target) && version >= 6 && !isMicrocontroller(target));
}

/** i386 would need SSE2, which i686 does not promise; s390x, PowerPC, MIPS, SPARC and WebAssembly lack the type. */
function hasBfloat16(target: ProbeTarget): boolean {
  return isAarch64(target) || hasArmFloat(target) || /^(?:x86_64|riscv|loongarch)/.test(nameOf(target));
}

function hasFloat16(target: ProbeTarget): boolean {
  return isAarch64(target) || isArm32(target) || /^(?:x86_64|riscv|loongarch|s390x|hexagon)/.test(nameOf(target));
}
