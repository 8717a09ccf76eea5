import type { ArchitectureRow } from "../../../../generator/schema/rows";
import { ImportError } from "../../../../generator/import/source-tree";

/** What glibc's configure finds out about a machine by looking at its triple and by asking the compiler. */
export interface GlibcMachine {
  /** `machine` after the `sysdeps/<cpu>/preconfigure` fragments: a folder below sysdeps/. */
  readonly machine: string;
  /** `base_machine` of the same fragments. */
  readonly baseMachine: string;
  /** `default-abi` of the `sysdeps/unix/sysv/linux/<cpu>/configure` fragments; names gnu/stubs-<abi>.h. */
  readonly defaultAbi: string;
  /** The macros of config.h, or of a compiler for the machine, that shlib-versions files ask for. */
  readonly macros: Readonly<Record<string, number>>;
}

/** A machine as glibc's own build sees it, for one architecture of the manifest. */
export interface GlibcConfiguration extends GlibcMachine {
  readonly architecture: string;
  readonly bits: ArchitectureRow["bits"];
  /** `config-machine`: the CPU of the triple. */
  readonly configMachine: string;
  /** `config-os`: what follows the vendor in the triple. */
  readonly configOs: string;
}

/** By the CPU of glibc's triple, with the ABI's suffix to `gnu` where that decides. */
const machines: Readonly<Record<string, GlibcMachine>> = {
  aarch64: { machine: "aarch64", baseMachine: "aarch64", defaultAbi: "lp64", macros: {} },
  aarch64_be: { machine: "aarch64", baseMachine: "aarch64", defaultAbi: "lp64_be", macros: { HAVE_AARCH64_BE: 1 } },
  "arm-eabihf": { machine: "arm/le/armv7", baseMachine: "arm", defaultAbi: "hard", macros: { HAVE_ARM_PCS_VFP: 1 } },
  "arm-eabi": { machine: "arm/le/arm", baseMachine: "arm", defaultAbi: "soft", macros: {} },
  i686: { machine: "i386/i686", baseMachine: "i386", defaultAbi: "32", macros: {} },
  loongarch64: {
    machine: "loongarch/lp64",
    baseMachine: "loongarch",
    defaultAbi: "lp64d",
    macros: { LOONGARCH_ABI_GRLEN: 64, LOONGARCH_ABI_FRLEN: 64 },
  },
  powerpc64le: {
    machine: "powerpc/powerpc64/le",
    baseMachine: "powerpc",
    defaultAbi: "64-v2",
    macros: { HAVE_ELFV2_ABI: 1 },
  },
  riscv64: {
    machine: "riscv/rv64/rvd",
    baseMachine: "riscv",
    defaultAbi: "lp64d",
    macros: { RISCV_ABI_XLEN: 64, RISCV_ABI_FLEN: 64 },
  },
  riscv32: {
    machine: "riscv/rv32/rvd",
    baseMachine: "riscv",
    defaultAbi: "ilp32d",
    macros: { RISCV_ABI_XLEN: 32, RISCV_ABI_FLEN: 64 },
  },
  s390x: { machine: "s390/s390-64", baseMachine: "s390", defaultAbi: "64", macros: {} },
  x86_64: { machine: "x86_64/64", baseMachine: "x86_64", defaultAbi: "64", macros: {} },
};

/** The configuration for a row with a `glibc` column. Throws `ImportError` for a CPU that the table above has not. */
export function configurationFor(row: ArchitectureRow): GlibcConfiguration {
  const configMachine = row.columns["glibc"]!;
  const eabi = row.eabi ?? "";
  const machine = machines[eabi === "" ? configMachine : `${configMachine}-${eabi}`];
  if (machine === undefined) {
    throw new ImportError(
      `architecture ${row.name}: it is not known which folders of glibc's sysdeps/ are for ${configMachine}-linux-gnu${eabi}`,
    );
  }
  return { ...machine, architecture: row.name, bits: row.bits, configMachine, configOs: `linux-gnu${eabi}` };
}
