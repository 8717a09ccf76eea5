import type { Prepared } from "./prepare";
import { renderCargo, renderCmake, renderMeson } from "./render-build-systems";
import { environmentOf, renderEnvironment } from "./render-env";

const target = {
  name: "linux_armv7_musl",
  versions: [],
  link_modes: [],
  micro_architectures: [],
  os: "linux",
  libc: "musl",
  qemu: "arm",
  machine: null,
  gnu: "arm-linux-musleabihf",
  triple: "armv7-unknown-linux-musleabihf",
  spellings: [],
  architecture: "armv7",
  endian: "little",
  rust: ["armv7-unknown-linux-musleabihf"],
  go: { goarch: "arm", goarm: "7" },
  meson: { cpu_family: "arm" },
  emulation: null,
  executable_suffix: "",
} as const;
const prepared: Prepared = { target, platform: "linux_armv7_musl", tree: "/it's/here" };
const native = { prefix: [] };
const tool = (name: string): string => `/it's/here/bin/armv7-unknown-linux-musleabihf-${name}`;

test("variables for configure, make, cargo and go", () => {
  expect(environmentOf(prepared, native)).toEqual({
    CC: tool("clang"),
    CXX: tool("clang++"),
    AR: tool("ar"),
    RANLIB: tool("ranlib"),
    NM: tool("nm"),
    STRIP: tool("strip"),
    OBJCOPY: tool("objcopy"),
    OBJDUMP: tool("objdump"),
    READELF: tool("readelf"),
    LD: tool("ld"),
    CC_armv7_unknown_linux_musleabihf: tool("clang"),
    CXX_armv7_unknown_linux_musleabihf: tool("clang++"),
    AR_armv7_unknown_linux_musleabihf: tool("ar"),
    RANLIB_armv7_unknown_linux_musleabihf: tool("ranlib"),
    CXXSTDLIB_armv7_unknown_linux_musleabihf: "c++",
    BINDGEN_EXTRA_CLANG_ARGS_armv7_unknown_linux_musleabihf: `--target=armv7-unknown-linux-musleabihf '--sysroot=/it'\\''s/here' -stdlib=libc++`,
    PKG_CONFIG_LIBDIR_armv7_unknown_linux_musleabihf: "/it's/here/usr/lib/pkgconfig",
    CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_LINKER: tool("clang++"),
    CGO_ENABLED: "1",
    GOOS: "linux",
    GOARCH: "arm",
    GOARM: "7",
  });
});

test("assignments survive a shell", () => {
  expect(renderEnvironment(prepared, native).split("\n")[0]).toBe(
    `export CC='/it'\\''s/here/bin/armv7-unknown-linux-musleabihf-clang'`,
  );
});

test("what Rust and Go do not know has no variables and no section", () => {
  const unknown: Prepared = { ...prepared, target: { ...target, rust: [], go: null } };
  expect(Object.keys(environmentOf(unknown, native))).toEqual([
    "CC",
    "CXX",
    "AR",
    "RANLIB",
    "NM",
    "STRIP",
    "OBJCOPY",
    "OBJDUMP",
    "READELF",
    "LD",
  ]);
  expect(renderCargo(unknown, native)).toBeUndefined();
});

test("on Windows, compilers of resources and import libraries as well", () => {
  const windows: Prepared = { ...prepared, target: { ...target, os: "windows", emulation: "i386pep" } };
  expect(environmentOf(windows, native)).toMatchObject({
    WINDRES: tool("windres"),
    RC: tool("windres"),
    DLLTOOL: tool("dlltool"),
    LD: `${tool("ld")} -m i386pep`,
    GOOS: "windows",
  });
  expect(renderCmake(windows)).toContain(`set(CMAKE_RC_COMPILER "${tool("windres")}")\n`);
  expect(renderMeson(windows)).toContain(`windres = '${tool("windres").replace("'", "\\'")}'\n`);
});

test("a toolchain file for CMake", () => {
  expect(renderCmake(prepared).split("\n").slice(0, 5)).toEqual([
    "# Made by bazel-crossenv for linux_armv7_musl.",
    'set(CMAKE_SYSTEM_NAME "Linux")',
    'set(CMAKE_SYSTEM_PROCESSOR "armv7")',
    `set(CMAKE_C_COMPILER "${tool("clang")}")`,
    `set(CMAKE_CXX_COMPILER "${tool("clang++")}")`,
  ]);
});

test("a cross file for Meson", () => {
  expect(renderMeson(prepared)).toContain(
    ["[host_machine]", "system = 'linux'", "cpu_family = 'arm'", "cpu = 'armv7'", "endian = 'little'", ""].join("\n"),
  );
});

test("a section for cargo", () => {
  expect(renderCargo(prepared, native)).toContain(
    [
      "[target.armv7-unknown-linux-musleabihf]",
      `linker = "${tool("clang++")}"`,
      "",
      "[env]",
      `CC_armv7_unknown_linux_musleabihf = "${tool("clang")}"`,
      "",
    ].join("\n"),
  );
});

test("a micro-architecture is told to Rust and Go as well", () => {
  const at: Prepared = {
    ...prepared,
    target: { ...target, go: { goarch: "amd64", goarm: null } },
    microArchitecture: {
      name: "amd64_v3",
      platform: "linux_amd64_v3_musl",
      rust: ["-Ctarget-cpu=x86-64-v3", "-Cdebuginfo=1"],
      go: "v3",
    },
  };
  expect(environmentOf(at, native)).toMatchObject({
    CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_RUSTFLAGS: "-Ctarget-cpu=x86-64-v3 -Cdebuginfo=1",
    GOAMD64: "v3",
  });
  expect(renderCargo(at, native)).toContain('\nrustflags = ["-Ctarget-cpu=x86-64-v3", "-Cdebuginfo=1"]\n');
  expect(Object.keys(environmentOf(prepared, native)).filter((name) => /RUSTFLAGS|GOAMD64/.test(name))).toEqual([]);
  const unknown: Prepared = { ...at, microArchitecture: { ...at.microArchitecture!, rust: [], go: null } };
  expect(Object.keys(environmentOf(unknown, native)).filter((name) => /RUSTFLAGS|GOAMD64/.test(name))).toEqual([]);
});

test("Rust's targets of one platform all have variables and sections", () => {
  const two: Prepared = {
    ...prepared,
    target: { ...target, rust: ["x86_64-pc-windows-gnu", "x86_64-pc-windows-gnullvm"] },
  };
  expect(environmentOf(two, native)).toMatchObject({
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER: tool("clang++"),
    CARGO_TARGET_X86_64_PC_WINDOWS_GNULLVM_LINKER: tool("clang++"),
    CC_x86_64_pc_windows_gnullvm: tool("clang"),
  });
  expect(renderCargo(two, native)?.match(/^\[.*\]$/gm)).toEqual([
    "[target.x86_64-pc-windows-gnu]",
    "[target.x86_64-pc-windows-gnullvm]",
    "[env]",
  ]);
});

test("an emulator runs cargo's and Go's tests; where there is none, nothing is said of it", () => {
  const qemu = { prefix: ["/usr/bin/qemu-arm", "-L", "/usr/arm-linux-gnueabihf"] };
  expect(environmentOf(prepared, qemu)).toMatchObject({
    CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_RUNNER: "/usr/bin/qemu-arm -L /usr/arm-linux-gnueabihf",
    XLLVM_CROSSENV_RUNNER: "/usr/bin/qemu-arm -L /usr/arm-linux-gnueabihf",
  });
  expect(renderCargo(prepared, qemu)).toContain('\nrunner = ["/usr/bin/qemu-arm", "-L", "/usr/arm-linux-gnueabihf"]\n');
  for (const none of [native, { missing: "it" }])
    expect(Object.keys(environmentOf(prepared, none)).filter((name) => name.includes("RUNNER"))).toEqual([]);
});
