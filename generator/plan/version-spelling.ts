import type { ResolvedRuntime } from "../resolve/resolved-target";
import { Expression } from "./render";

/** What of a target's package depends on the version of its libc. */
const parameters = {
  headers: "Label of the public headers.",
  libc: "What toolchains call it, `glibc_2.31`.",
  release: "Minor version of the release whose stub libraries are made.",
  sources: "Repository whose source sets are compiled, `@glibc-2.31//`.",
} as const;

type ParameterName = keyof typeof parameters;

/** How a template writes what depends on the version. */
export interface VersionSpelling {
  /** `value` under the name of what it is, followed by `rest`, which all versions share. */
  write(name: ParameterName, value: string | number, rest?: string): unknown;
  /** What a comment calls the runtime. */
  title(runtime: ResolvedRuntime): string;
}

/** `glibc 2.31`, and which version it stands in for. */
export function versionedName({ name, version, standsInFor }: ResolvedRuntime): string {
  return standsInFor === undefined ? `${name} ${version}` : `${name} ${version} (in place of ${standsInFor})`;
}

/** In the package of a platform's only version: as it is. */
export class StatedVersion implements VersionSpelling {
  write(_name: ParameterName, value: string | number, rest = ""): unknown {
    return rest === "" ? value : `${value}${rest}`;
  }

  title(runtime: ResolvedRuntime): string {
    return versionedName(runtime);
  }
}

/** In a macro that versions share: as its parameters. Remembers the arguments. */
export class VersionParameters implements VersionSpelling {
  readonly #arguments = new Map<ParameterName, string | number>();

  /** Throws when a parameter was written with another value before: it would have to be two. */
  write(name: ParameterName, value: string | number, rest = ""): unknown {
    const known = this.#arguments.get(name) ?? value;
    if (known !== value) throw new Error(`${name} of one version is both ${known} and ${value}`);
    this.#arguments.set(name, value);
    return new Expression(rest === "" ? name : `${name} + ${JSON.stringify(rest)}`);
  }

  title({ name }: ResolvedRuntime): string {
    return name;
  }

  /** The parameters that were written, by name, with what they mean. */
  documented(): { name: string; meaning: string }[] {
    return [...this.#arguments.keys()].sort().map((name) => ({ name, meaning: parameters[name] }));
  }

  /** The same with their values. */
  arguments(): { name: string; value: string | number }[] {
    return [...this.#arguments]
      .map(([name, value]) => ({ name, value }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}
