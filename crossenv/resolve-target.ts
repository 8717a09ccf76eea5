import { distance } from "fastest-levenshtein";

import type { TargetOutsideBazel } from "../generator/schema/outside-bazel";

/** A platform that a name means. */
export interface Resolved {
  readonly target: TargetOutsideBazel;
  /** Name of the platform, with the version of its libc where one was asked for. */
  readonly platform: string;
}

/** What was found instead: the nearest names that there are. */
export interface Unresolved {
  readonly nearest: readonly string[];
}

/** Vendors say nothing about a target, and projects differ in them. */
const vendors = ["unknown", "pc", "w64", "none"];

/** Names of architectures that no row has, since everyone takes them for another. */
const architectures: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64", i386: "i686", i586: "i686", x86: "i686", ppc64le: "powerpc64le", ppc64: "powerpc64", riscv64gc: "riscv64" };

/** How many names are offered in place of an unknown one. */
const offered = 3;

/**
 * The platform that a name means: a platform's own name or a triple in LLVM's, GNU's, Rust's or Zig's spelling, each
 * with `.<version>` of the libc after it if wanted. A spelling that a row states wins over one that only means the same.
 */
export function resolveTarget(name: string, targets: readonly TargetOutsideBazel[]): Resolved | Unresolved {
  for (const matches of [isSpelledAs(name), isSpelledAs(withoutVersion(name)), means(name), means(withoutVersion(name))]) {
    for (const target of targets) {
      if (!matches(target)) continue;
      const version = versionIn(name);
      if (version === undefined) return { target, platform: target.name };
      if (target.versions.includes(version)) return { target, platform: `${target.name}.${version}` };
      return { nearest: target.versions.map((known) => `${withoutVersion(name)}.${known}`) };
    }
  }
  return { nearest: nearestNames(name, targets) };
}

/** Every name of a target that is spelled out somewhere. */
export function namesOf({ name, triple, spellings }: TargetOutsideBazel): string[] {
  return [name, triple, ...spellings];
}

function isSpelledAs(name: string) {
  return (target: TargetOutsideBazel): boolean => namesOf(target).includes(name);
}

function means(name: string) {
  return (target: TargetOutsideBazel): boolean => namesOf(target).some((known) => simplify(known) === simplify(name));
}

/** The triple without its vendor, its architecture by the name that most use. */
function simplify(triple: string): string {
  const [architecture = "", ...rest] = triple.toLowerCase().split("-");
  return [architectures[architecture] ?? architecture, ...rest.filter((part) => !vendors.includes(part))].join("-");
}

const versionSuffix = /\.(\d+(?:\.\d+)*)$/;

function versionIn(name: string): string | undefined {
  return versionSuffix.exec(name)?.[1];
}

function withoutVersion(name: string): string {
  return name.replace(versionSuffix, "");
}

function nearestNames(name: string, targets: readonly TargetOutsideBazel[]): string[] {
  const wanted = simplify(withoutVersion(name));
  const candidates = targets.map((target) => {
    // Of a target's names that are equally near, the one that is spelled as the wanted one.
    const distances = namesOf(target).map((known) => ({ known, far: distance(simplify(known), wanted), literally: distance(known, name) }));
    return distances.reduce((best, other) => (other.far - best.far || other.literally - best.literally) < 0 ? other : best);
  });
  return candidates.sort((left, right) => left.far - right.far || left.literally - right.literally).slice(0, offered).map(({ known }) => known);
}
