import type { Platform } from "./target-rows";

/** Where the psABIs have glibc's loader, by the architecture row's name. */
const ofGlibc: Readonly<Record<string, string>> = {
  amd64: "/lib64/ld-linux-x86-64.so.2",
  arm64: "/lib/ld-linux-aarch64.so.1",
  armv7: "/lib/ld-linux-armhf.so.3",
  i686: "/lib/ld-linux.so.2",
  ppc64le: "/lib64/ld64.so.2",
  riscv64: "/lib/ld-linux-riscv64-lp64d.so.1",
  s390x: "/lib/ld64.so.1",
};

/** What musl's configure puts between `/lib/ld-musl-` and `.so.1`, where it is not the row's name. */
const ofMusl: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  armv6: "armhf",
  armv7: "armhf",
  i686: "i386",
  mips64n32: "mipsn32",
  ppc: "powerpc",
  ppc64: "powerpc64",
  ppc64le: "powerpc64le",
};

/** By the system row's name. */
const ofSystems: Readonly<Record<string, string>> = {
  freebsd: "/libexec/ld-elf.so.1",
  netbsd: "/libexec/ld.elf_so",
};

/** The path at which systems have the loader of a platform's dynamic programs. Throws where none is known. */
export function loaderPath({ name, architecture, system }: Platform): string {
  const path =
    system.libc === "musl"
      ? `/lib/ld-musl-${ofMusl[architecture.name] ?? architecture.name}.so.1`
      : system.libc === "glibc"
        ? ofGlibc[architecture.name]
        : ofSystems[system.name];
  if (path === undefined) throw new Error(`e2e/harness/loaders.ts has no loader for ${name}`);
  return path;
}
