import { llvmConstraintSetting } from "../schema/llvm-versions";
import type { ArchitectureRow, SystemRow } from "../schema/rows";

/** The constraint value of an operating system. */
export const osConstraint = (os: string): string => `@platforms//os:${os}`;

/** The constraint value of a CPU: Bazel's own, or this module's where Bazel has none. */
export const cpuConstraint = (architecture: ArchitectureRow): string =>
  architecture.constraint ?? `//constraints/cpu:${architecture.name}`;

/** The constraint value of an ABI. */
export const abiConstraint = (abi: string): string => `//constraints/abi:${abi}`;

/** The constraint value of a version of a libc; `default` is the one that holds where a platform names none. */
export const versionConstraint = (libc: string, version: string): string => `//constraints/${libc}:${version}`;

/** The constraint values that all versions of a platform have in common. */
export function platformConstraints(architecture: ArchitectureRow, system: SystemRow): string[] {
  return [osConstraint(system.os), cpuConstraint(architecture), abiConstraint(system.abi)];
}

/** The constraint value of a micro-architecture. */
export const microArchitectureConstraint = (name: string): string => `//constraints/micro_architecture:${name}`;

/** Name of the constraint setting by which platforms ask for a sanitizer. */
export const sanitizerSetting = "sanitizer";

/** The constraint value of a sanitizer. */
export const sanitizerConstraint = (name: string): string => `//constraints/${sanitizerSetting}:${name}`;

/** The constraint value of a version of LLVM; `default` is the one that holds where a platform names none. */
export const llvmConstraint = (version: string): string => versionConstraint(llvmConstraintSetting, version);

/** Name of the constraint setting by which platforms say the oldest release that programs run on. */
export const minimumOsSetting = "minimum_os";

/** The constraint value of such a release. */
export const minimumOsConstraint = (version: string): string => versionConstraint(minimumOsSetting, version);

/** A platform, as Bazel is told of it. */
export interface PlatformView {
  readonly name: string;
  readonly constraints: readonly string[];
}
