import { declareSkip } from "./declare-skip";
import { findRunner } from "./run-program";
import { isHosted, type Platform } from "./target-rows";

/** Comma-separated platform names: where it is set, a developer wants no others to be built. */
export const platformVariable = "XLLVM_E2E_PLATFORMS";

/** Why a test is left out with the platforms, where others like it are there. */
export const oneWillDo = "one of its kind is enough where platforms are left out";

/** The platforms, and why some of them are left out. */
export interface Chosen {
  readonly platforms: readonly Platform[];
  readonly leftOut: readonly Platform[];
}

/** The platforms that are to be tested: all of them, unless XLLVM_E2E_PLATFORMS names fewer. Throws for an unknown name. */
export function choosePlatforms(all: readonly Platform[], wish = process.env[platformVariable]): Chosen {
  if (!wish) return { platforms: all, leftOut: [] };
  const names = wish.split(",");
  const unknown = names.filter((name) => !all.some((platform) => platform.name === name));
  if (unknown.length > 0)
    throw new Error(`${platformVariable} names ${unknown.join(", ")}, which the manifest does not have`);
  return {
    platforms: all.filter(({ name }) => names.includes(name)),
    leftOut: all.filter(({ name }) => !names.includes(name)),
  };
}

/** The platforms among the chosen ones, and among those left out, that fit. */
export function thatFit({ platforms, leftOut }: Chosen, fits: (platform: Platform) => boolean): Chosen {
  return { platforms: platforms.filter(fits), leftOut: leftOut.filter(fits) };
}

/** The same, with one that is never left out, since its programs are built in seconds. */
export function withAlways({ platforms, leftOut }: Chosen, always: Platform): Chosen {
  const isOther = ({ name }: Platform): boolean => name !== always.name;
  return { platforms: [always, ...platforms.filter(isOther)], leftOut: leftOut.filter(isOther) };
}

/** The platforms among the chosen ones whose programs are of an object format. */
export function ofFormat(chosen: Chosen, format: Platform["system"]["object_format"]): Chosen {
  return thatFit(chosen, ({ system }) => system.object_format === format);
}

/**
 * Of each system the first platform that this machine is and the first that it is not: enough where a test is about
 * Bazel's rules and not about the target, for each further one costs minutes.
 */
export function representatives(platforms: readonly Platform[]): Platform[] {
  const systems = new Set(platforms.map(({ system }) => system.name));
  return [...systems].flatMap((system) => {
    const own = platforms.filter((platform) => platform.system.name === system);
    return [own.find(isNative), own.find((platform) => !isNative(platform))].filter(
      (platform) => platform !== undefined,
    );
  });
}

/** Of one object format the first platform and the last, which are of another CPU and another libc where there are several. */
export function firstAndLastOfEachFormat(platforms: readonly Platform[]): Platform[] {
  return platforms.filter(({ system }, index) => {
    const isAlike = platforms.map((other) => other.system.object_format === system.object_format);
    return index === isAlike.indexOf(true) || index === isAlike.lastIndexOf(true);
  });
}

/** The first platform for each way in which programs are put together: static and dynamic ELF, and each other object format. */
export function oneOfEachKind({ platforms }: Chosen): Platform[] {
  const kindOf = ({ system }: Platform): string =>
    system.object_format === "elf" && system.link_modes[0] === "dynamic" ? "dynamic elf" : system.object_format;
  // A target that is not this machine, so that no file of it can serve by accident, and one with a libc, so that there is much to build.
  const fitting = platforms.filter((platform) => isHosted(platform) && !isNative(platform));
  return [...new Map([...fitting].reverse().map((platform) => [kindOf(platform), platform])).values()].reverse();
}

/**
 * Those of some platforms for which C++ is built as well, by a suite that can share no result with others: a C++ runtime
 * takes minutes then. All of them where no platform was left out, else the first.
 */
export function withCxx({ leftOut }: Chosen, platforms: readonly Platform[]): readonly Platform[] {
  return leftOut.length === 0 ? platforms : platforms.slice(0, 1);
}

function isNative(platform: Platform): boolean {
  const runner = findRunner(platform);
  return "prefix" in runner && runner.prefix.length === 0;
}

/** Declares one skipped test per platform that was left out, so that the report tells of it. */
export function declareLeftOut({ leftOut }: Chosen): void {
  for (const { name } of leftOut) declareSkip(name, `not among ${platformVariable}`);
}
