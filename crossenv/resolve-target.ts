import { distance } from "fastest-levenshtein";

import type {
  LlvmOutsideBazel,
  MicroArchitectureOutsideBazel,
  TargetOutsideBazel,
} from "../generator/schema/outside-bazel";

/** A platform that a name means. */
export interface Resolved {
  readonly target: TargetOutsideBazel;
  /** Name of the platform, with the version of its libc where one was asked for. */
  readonly platform: string;
  /** Where one was asked for. */
  readonly microArchitecture?: MicroArchitectureOutsideBazel;
}

/** What was found instead: the nearest names that there are. */
export interface Unresolved {
  readonly nearest: readonly string[];
}

/** Vendors say nothing about a target, and projects differ in them. */
const vendors = ["unknown", "pc", "w64", "none"];

/** Names of architectures that no row has, since everyone takes them for another. */
const architectures: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  i386: "i686",
  i586: "i686",
  x86: "i686",
  ppc64le: "powerpc64le",
  ppc64: "powerpc64",
  riscv64gc: "riscv64",
};

/** How many names are offered in place of an unknown one. */
const offered = 3;

/**
 * The platform that a name means: a platform's own name or a triple in LLVM's, GNU's, Rust's or Zig's spelling. After it
 * may stand `.<version>` of the libc, or `+<link mode>` (after a platform's own name also `_<link mode>`), or
 * `+<micro-architecture>` or `+llvm-<version>`, whose platforms have names of their own as well. A spelling that a row states wins over one that only means the same.
 */
export function resolveTarget(name: string, targets: readonly TargetOutsideBazel[]): Resolved | Unresolved {
  const [spelled = "", wish] = name.split("+", 2);
  const { bare, version } = splitVersion(spelled);
  const target = findTarget(spelled, targets) ?? findTarget(bare, targets);
  if (target === undefined) {
    const linked = targets.find((other) => other.link_modes.some((mode) => `${other.name}_${mode}` === name));
    if (linked !== undefined) return { target: linked, platform: name };
    const atLlvm = findLlvm(targets, ({ platform }) => platform === name);
    if (atLlvm !== undefined) return atLlvm;
    return (
      findMicroArchitecture(targets, ({ platform }) => platform === name) ?? { nearest: nearestNames(bare, targets) }
    );
  }
  const wanted = [version, wish].filter((part) => part !== undefined);
  if (wanted.length === 0) return { target, platform: target.name };
  if (wanted.length === 1 && version !== undefined && target.versions.includes(version))
    return { target, platform: `${target.name}.${version}` };
  if (wanted.length === 1 && wish !== undefined && target.link_modes.includes(wish))
    return { target, platform: `${target.name}_${wish}` };
  const micro = version === undefined ? findMicroArchitecture([target], (known) => known.name === wish) : undefined;
  if (micro !== undefined) return micro;
  const atLlvm = version === undefined ? findLlvm([target], (known) => known.name === wish) : undefined;
  if (atLlvm !== undefined) return atLlvm;
  return {
    nearest: [
      bare,
      ...target.versions.map((known) => `${bare}.${known}`),
      ...target.link_modes.map((mode) => `${bare}+${mode}`),
      ...target.micro_architectures.map((known) => `${bare}+${known.name}`),
      ...(target.llvm_versions ?? []).map((known) => `${bare}+${known.name}`),
    ],
  };
}

/** Whether a name is a triple, with or without what may stand after it. */
export function isSpelled(name: string, triple: string): boolean {
  return name === triple || name.startsWith(`${triple}.`) || name.startsWith(`${triple}+`);
}

function findMicroArchitecture(
  targets: readonly TargetOutsideBazel[],
  isMeant: (known: MicroArchitectureOutsideBazel) => boolean,
): Resolved | undefined {
  for (const target of targets) {
    const microArchitecture = target.micro_architectures.find(isMeant);
    if (microArchitecture !== undefined) return { target, platform: microArchitecture.platform, microArchitecture };
  }
  return undefined;
}

function findLlvm(
  targets: readonly TargetOutsideBazel[],
  isMeant: (known: LlvmOutsideBazel) => boolean,
): Resolved | undefined {
  for (const target of targets) {
    const found = target.llvm_versions?.find(isMeant);
    if (found !== undefined) return { target, platform: found.platform };
  }
  return undefined;
}

function findTarget(name: string, targets: readonly TargetOutsideBazel[]): TargetOutsideBazel | undefined {
  const simple = simplify(name);
  return (
    targets.find((target) => namesOf(target).includes(name)) ??
    targets.find((target) => namesOf(target).some((known) => simplify(known) === simple))
  );
}

/** Every name of a target that is spelled out somewhere. */
export function namesOf({ name, triple, spellings }: TargetOutsideBazel): string[] {
  return [name, triple, ...spellings];
}

/** The triple without its vendor, its architecture by the name that most use. */
function simplify(triple: string): string {
  const [architecture = "", ...rest] = triple.toLowerCase().split("-");
  return [architectures[architecture] ?? architecture, ...rest.filter((part) => !vendors.includes(part))].join("-");
}

/** `aarch64-linux-musl.1.2.5` → `aarch64-linux-musl` and `1.2.5`. */
function splitVersion(name: string): { bare: string; version?: string } {
  const match = /^(.+?)\.(\d+(?:\.\d+)*)$/.exec(name);
  return match?.[1] === undefined || match[2] === undefined ? { bare: name } : { bare: match[1], version: match[2] };
}

function nearestNames(name: string, targets: readonly TargetOutsideBazel[]): string[] {
  const wanted = simplify(name);
  const candidates = targets.map((target) => {
    // Of a target's names that are equally near, the one that is spelled as the wanted one.
    const distances = namesOf(target).map((known) => ({
      known,
      far: distance(simplify(known), wanted),
      literally: distance(known, name),
    }));
    return distances.reduce((best, other) =>
      (other.far - best.far || other.literally - best.literally) < 0 ? other : best,
    );
  });
  return candidates
    .sort((left, right) => left.far - right.far || left.literally - right.literally)
    .slice(0, offered)
    .map(({ known }) => known);
}
