import type { ImportContent } from "../schema/import-file";
import type { ArchitectureRow, SystemRow } from "../schema/rows";
import { importCompilerRt } from "./compiler-rt";
import type { ImportRows } from "./importer";
import { sourceTreeOf } from "./source-tree";

const folder = "compiler-rt/lib/builtins";

/** Upstream's ways of choosing sources, with a source or two for each. */
const lists = `
include(builtin-config-ix)
set(GENERIC_SOURCES divsi3.c fp_mode.c)
set(GENERIC_TF_SOURCES addtf3.c)
set(BF16_SOURCES truncsfbf2.c)
if(NOT COMPILER_RT_BAREMETAL_BUILD)
  set(GENERIC_SOURCES \${GENERIC_SOURCES} emutls.c)
endif()
if (HAVE_UNWIND_H)
  list(APPEND GENERIC_SOURCES gcc_personality_v0.c)
endif()
set(x86_64_SOURCES \${GENERIC_SOURCES} \${GENERIC_TF_SOURCES} divxc3.c)
if (WIN32)
  list(APPEND x86_64_SOURCES x86_64/chkstk.S)
endif()
set(i386_SOURCES \${GENERIC_SOURCES} i386/divsi3.S)
set(armhf_SOURCES arm/mulsf3.S arm/eqdf2vfp.S \${GENERIC_SOURCES})
set_source_files_properties(arm/mulsf3.S PROPERTIES COMPILE_OPTIONS -mimplicit-it=always)
set(aarch64_SOURCES aarch64/fp_mode.c aarch64/pac.cpp \${GENERIC_SOURCES} \${GENERIC_TF_SOURCES})
foreach(pat cas swp)
  foreach(size 1 16)
    if(pat STREQUAL "cas" OR NOT size STREQUAL "16")
      set(helper "\${CMAKE_CURRENT_BINARY_DIR}/helpers/outline_atomic_\${pat}\${size}_1.S")
      add_custom_command(OUTPUT "\${helper}" COMMAND \${CMAKE_COMMAND} -E create_symlink "\${CMAKE_CURRENT_SOURCE_DIR}/aarch64/lse.S" "\${helper}")
      set_source_files_properties("\${helper}" PROPERTIES COMPILE_DEFINITIONS "L_\${pat};SIZE=\${size}" INCLUDE_DIRECTORIES x)
      list(APPEND aarch64_SOURCES "\${helper}")
    endif()
  endforeach()
endforeach()
set(arm64_SOURCES \${aarch64_SOURCES})
if(APPLE)
  foreach(arch \${BUILTIN_SUPPORTED_ARCH})
    darwin_test_archs(osx tested x86_64 arm64)
    add_library(clang_rt.builtins_\${tested}_osx STATIC \${\${arch}_SOURCES})
    add_library(clang_rt.cc_kext_\${tested}_osx STATIC \${\${arch}_SOURCES} kext.c)
  endforeach()
else()
  append_list_if(COMPILER_RT_HAS_ASM_LSE HAS_ASM_LSE BUILTIN_DEFS)
  foreach(arch \${BUILTIN_SUPPORTED_ARCH})
    check_symbol_exists(__ARM_FP "" COMPILER_RT_HAS_\${arch}_VFP)
    if(NOT COMPILER_RT_HAS_\${arch}_VFP)
      list(REMOVE_ITEM \${arch}_SOURCES arm/eqdf2vfp.S)
    endif()
    check_c_source_compiles("__bf16 f;" COMPILER_RT_HAS_\${arch}_BFLOAT16)
    if(COMPILER_RT_HAS_\${arch}_BFLOAT16)
      list(APPEND \${arch}_SOURCES \${BF16_SOURCES})
    endif()
    filter_builtin_sources(\${arch}_SOURCES \${arch})
    add_compiler_rt_runtime(clang_rt.builtins STATIC ARCHS \${arch} SOURCES \${\${arch}_SOURCES} DEFS \${BUILTIN_DEFS} CFLAGS -fPIC PARENT_TARGET builtins)
  endforeach()
endif()
cmake_dependent_option(COMPILER_RT_BUILD_CRT "" ON "COMPILER_RT_HAS_CRT" OFF)
if(COMPILER_RT_BUILD_CRT)
  add_compiler_rt_runtime(clang_rt.crtbegin OBJECT ARCHS x SOURCES \${CMAKE_CURRENT_SOURCE_DIR}/crtbegin.c PARENT_TARGET crt)
endif()
`;

const modules = {
  "compiler-rt/cmake/base-config-ix.cmake": "check_include_file(unwind.h HAVE_UNWIND_H)",
  "compiler-rt/cmake/builtin-config-ix.cmake": `
builtin_check_c_compiler_source(COMPILER_RT_HAS_ASM_LSE "asm();")
if(COMPILER_RT_SUPPORTED_ARCH STREQUAL "unknown")
  set(BUILTIN_SUPPORTED_ARCH)
elseif(CAN_TARGET_\${COMPILER_RT_SUPPORTED_ARCH})
  set(BUILTIN_SUPPORTED_ARCH \${COMPILER_RT_SUPPORTED_ARCH})
endif()
if("\${CMAKE_SYSTEM_NAME}" MATCHES "Linux")
  set(COMPILER_RT_HAS_CRT TRUE)
endif()`,
  "compiler-rt/cmake/Modules/CompilerRTUtils.cmake": `
macro(append_list_if condition value)
  if(\${condition})
    foreach(list \${ARGN})
      list(APPEND \${list} \${value})
    endforeach()
  endif()
endmacro()
function(filter_builtin_sources inout_var name)
  set(intermediate \${\${inout_var}})
  foreach(_file \${intermediate})
    get_filename_component(_file_dir \${_file} DIRECTORY)
    if (NOT "\${_file_dir}" STREQUAL "")
      get_filename_component(_name \${_file} NAME)
      string(REGEX REPLACE "\\\\.S$" ".c" _cname "\${_name}")
      if(EXISTS "\${CMAKE_CURRENT_SOURCE_DIR}/\${_cname}")
        list(REMOVE_ITEM intermediate \${_cname})
      endif()
    endif()
  endforeach()
  set(\${inout_var} \${intermediate} PARENT_SCOPE)
endfunction()`,
};

const sources = {
  "divsi3.c": '#include "int_div_impl.inc"',
  "int_div_impl.inc": "",
  "aarch64/pac.cpp": '#include "siphash/SipHash.h"',
  "aarch64/lse.S": '#include "../assembly.h"\n.macro JUMP_IF_NOT_LSE label\n.endm\n',
};
const names =
  `fp_mode.c addtf3.c truncsfbf2.c emutls.c gcc_personality_v0.c divxc3.c x86_64/chkstk.S i386/divsi3.S arm/mulsf3.S arm/eqdf2vfp.S
  aarch64/fp_mode.c kext.c crtbegin.c assembly.h`.split(/\s+/);

const tree = sourceTreeOf({
  "cmake/Modules/LLVMVersion.cmake":
    "set(LLVM_VERSION_MAJOR 22)\nset(LLVM_VERSION_MINOR 1)\nset(LLVM_VERSION_PATCH 8)\n",
  ...modules,
  [`${folder}/CMakeLists.txt`]: lists,
  ...Object.fromEntries(names.map((name) => [`${folder}/${name}`, ""])),
  ...Object.fromEntries(Object.entries(sources).map(([name, text]) => [`${folder}/${name}`, text])),
});

const architectures = [
  { name: "amd64", columns: { compiler_rt: "x86_64" }, llvm: "x86_64" },
  { name: "arm64", columns: { compiler_rt: "aarch64" }, llvm: "aarch64" },
  { name: "armv7", columns: { compiler_rt: "armhf" }, llvm: "armv7", eabi: "eabihf" },
  { name: "i386", columns: { compiler_rt: "i386" }, llvm: "i686" },
  { name: "nowhere", columns: { compiler_rt: "unknown" } },
  { name: "columnless", columns: {} },
] as ArchitectureRow[];
const systems = [
  {
    name: "linux_musl",
    os: "linux",
    abi: "musl",
    object_format: "elf",
    triple: "{llvm}-linux-musl",
    stack: ["musl", "compiler-rt"],
  },
  {
    name: "windows_gnu",
    os: "windows",
    abi: "gnu",
    object_format: "coff",
    triple: "{llvm}-w64-windows-gnu",
    stack: ["compiler-rt"],
  },
  { name: "none", os: "none", abi: "none", object_format: "elf", triple: "{llvm}-none-elf", stack: ["compiler-rt"] },
  {
    name: "macos",
    os: "macos",
    abi: "darwin",
    object_format: "macho",
    triple: "{llvm}-apple-macosx",
    stack: ["compiler-rt"],
  },
  { name: "foreign", os: "linux", abi: "gnu", object_format: "elf", triple: "", stack: ["libgcc"] },
] as SystemRow[];

function importFor(...targets: string[]): ImportContent {
  const rows: ImportRows = {
    architectures,
    systems,
    targets: targets.map((target) => ({ system: target.split("/")[0]!, architecture: target.split("/")[1]! })),
  };
  return importCompilerRt(tree, "22.1.8", rows);
}

/** The sources of set `name` for the one target that is imported, relative to the builtins' folder. */
function sourcesFor(target: string, name = "builtins"): string[] {
  const { base, variants } = importFor(target).sets[name]!;
  expect(variants).toHaveLength(1);
  const { remove, add } = variants[0]!;
  return [...base.filter((source) => !remove.includes(source)), ...add]
    .map((source) => source.slice(folder.length + 1))
    .sort();
}

test("an architecture's file replaces the portable one of its name, whatever its suffix", () => {
  expect(sourcesFor("linux_musl/i386")).toEqual(["emutls.c", "fp_mode.c", "gcc_personality_v0.c", "i386/divsi3.S"]);
  expect(sourcesFor("linux_musl/arm64")).not.toContain("fp_mode.c");
});

test("what the compiler knows decides: bfloat16, floating-point units", () => {
  expect(sourcesFor("linux_musl/amd64")).toEqual([
    "addtf3.c",
    "divsi3.c",
    "divxc3.c",
    "emutls.c",
    "fp_mode.c",
    "gcc_personality_v0.c",
    "truncsfbf2.c",
  ]);
  expect(sourcesFor("linux_musl/armv7")).toContain("arm/eqdf2vfp.S");
});

test("the system decides: MinGW's stack probe, bare metal without emulated TLS, start files on Linux alone", () => {
  expect(sourcesFor("windows_gnu/amd64")).toContain("x86_64/chkstk.S");
  expect(sourcesFor("none/amd64")).not.toContain("emutls.c");
  expect(sourcesFor("linux_musl/amd64", "crtbegin")).toEqual(["crtbegin.c"]);
  expect(Object.keys(importFor("windows_gnu/amd64").sets)).toEqual(["builtins"]);
});

test("macOS: Apple's name for the architecture, and the library for programs, not the kernel's", () => {
  expect(sourcesFor("macos/arm64")).not.toContain("kext.c");
  expect(sourcesFor("macos/arm64")).toContain("aarch64/fp_mode.c");
});

test("copies of one source under different macros become one repeated source for each operation", () => {
  const { variants, textual } = importFor("linux_musl/arm64").sets["builtins"]!;
  expect(variants[0]!.repeated).toEqual([
    {
      name: "outline_atomic_cas",
      file: `${folder}/aarch64/lse.S`,
      passes: [
        ["L_cas", "SIZE=1", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_cas1_1"],
        ["L_cas", "SIZE=16", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_cas16_1"],
      ],
    },
    {
      name: "outline_atomic_swp",
      file: `${folder}/aarch64/lse.S`,
      passes: [["L_swp", "SIZE=1", "JUMP_IF_NOT_LSE=JUMP_IF_NOT_LSE_outline_atomic_swp1_1"]],
    },
  ]);
  expect(textual).toEqual([`${folder}/aarch64/lse.S`, `${folder}/int_div_impl.inc`]);
});

test("the base is what is portable on every system; variants name their targets", () => {
  const { base, variants } = importFor("linux_musl/amd64", "none/amd64", "linux_musl/i386").sets["builtins"]!;
  expect(base).toEqual(
    ["addtf3.c", "divsi3.c", "fp_mode.c", "gcc_personality_v0.c"].map((name) => `${folder}/${name}`),
  );
  expect(variants.map(({ name, remove }) => [name, ...remove])).toEqual([
    ["amd64_linux"],
    ["amd64_none"],
    ["i386_linux", `${folder}/addtf3.c`, `${folder}/divsi3.c`],
  ]);
});

test("a source that needs other parts of LLVM is left out", () => {
  expect(sourcesFor("linux_musl/arm64")).not.toContain("aarch64/pac.cpp");
});

test.each([
  ["linux_musl/columnless", "architectures: columnless: needs a compiler_rt column, for it is on linux_musl"],
  ["linux_musl/nowhere", "architectures: nowhere: upstream has no builtins called unknown for linux_musl"],
  ["foreign/amd64", "no target of the manifest is on a system whose stack has compiler-rt"],
])("%s is refused", (target, message) => {
  expect(() => importFor(target)).toThrow(message);
});

test("another version is refused", () => {
  expect(() => importCompilerRt(tree, "21.1.0", { architectures, systems, targets: [] })).toThrow(
    "cmake/Modules/LLVMVersion.cmake: says 22.1.8, not 21.1.0",
  );
});
