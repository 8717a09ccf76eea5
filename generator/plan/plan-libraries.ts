import { posix } from "node:path";

import type { ResolvedImportLibraries, ResolvedRuntime, ResolvedTarget } from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { librariesFor } from "../schema/import-libraries";
import { abiConstraint, cpuConstraint, osConstraint } from "./constraint-labels";
import { isDefaultForOs } from "./plan-platforms";
import { Assignment, Call, Name, type StarlarkFile, type Value } from "../starlark/syntax";
import { loadedFiles, printGenerated, visibleTo } from "./build-file";
import type { Render } from "./render";

interface TableUse {
  readonly target: ResolvedTarget;
  readonly runtime: ResolvedRuntime;
  readonly product: ResolvedImportLibraries;
}

/** Name of the file below `overlays/` that holds the libraries of a runtime. */
export const librariesFile = ({ name, version }: ResolvedRuntime): string => `${name}-${version}.libraries.bzl`;

/** Plans the tables of libraries, `overlays/<runtime>-<version>.libraries.bzl`, and the labels by which users name a library. */
export function planLibraries(targets: readonly ResolvedTarget[], module: string, render: Render): Map<string, string> {
  const uses = tableUses(targets);
  const files = new Map<string, StarlarkFile>();
  for (const { runtime, product } of uses) {
    files.set(`overlays/${librariesFile(runtime)}`, {
      docstring: `The libraries of ${runtime.name} ${runtime.version}: how each is made, as \`gen-bzl import\` read it; see bzlmod/runtimes/libraries.bzl.`,
      statements: [new Assignment("LIBRARIES", product.table)],
    });
  }
  const systems = [...new Set(uses.map(({ target }) => target.system.os))];
  for (const os of systems) {
    const chosen = uses.filter(({ target }) => target.system.os === os && target.isDefault);
    const { groups, constraints, packages } = namedView(chosen, targets);
    files.set(`${os}/BUILD.bazel`, {
      comment: `Libraries that users name: deps = ["@${module}//${os}:<library>"].`,
      statements: [
        visibleTo("//visibility:public"),
        new Call(new Name("named_libraries", "//bzlmod/runtimes:named_libraries.bzl"), {
          constraints,
          libraries: new Name("LIBRARIES", `//${os}:names.bzl`),
          packages,
        }),
        loadedFiles,
      ],
    });
    files.set(`${os}/names.bzl`, {
      docstring: `The libraries that //${os} names, by the platforms that have them.`,
      statements: [new Assignment("LIBRARIES", groups)],
    });
    files.set(`${os}/platforms.bzl`, {
      docstring: `The platforms whose libraries //${os} names.`,
      statements: [
        new Assignment(
          "PLATFORMS",
          chosen.map(({ target }) => target.platform),
        ),
      ],
    });
  }
  return new Map([
    ...[...files].map(([path, file]): [string, string] => [path, printGenerated(file)]),
    ...systems.map((os): [string, string] => [
      `${os}/linked/BUILD.bazel`,
      render("linked_libraries.BUILD.bazel", { module, os }),
    ]),
  ]);
}

/** Glob patterns of the module definitions of an archive, and of the files that they include. */
export function definitionPatterns(
  runtime: ResolvedRuntime,
  { table: { plain, composed, definition_include: include } }: ResolvedImportLibraries,
): { files: string[]; headers: string[] } {
  const files = Object.values(composed).flatMap((recipes) =>
    recipes.flatMap(({ definition }) => definition?.file ?? []),
  );
  const folders = [
    ...new Set([...plain.map(({ folder }) => folder), ...files.map((file) => posix.dirname(file))]),
  ].sort();
  const prepared = runtime.prepare.filter(({ recipe }) => recipe === "undecorate").map(({ output }) => output);
  return {
    files: [...folders.flatMap((folder) => [`${folder}/*.def`, `${folder}/*.def.in`]), ...prepared],
    headers: [...new Set([...folders, ...include])].sort().map((folder) => `${folder}/*.def.in`),
  };
}

function tableUses(targets: readonly ResolvedTarget[]): TableUse[] {
  return targets.flatMap((target) =>
    target.runtimes.flatMap((runtime) =>
      runtime.products.flatMap((product) =>
        product.kind === "import_libraries" ? [{ target, runtime, product }] : [],
      ),
    ),
  );
}

/** The label of the libraries that a user adds to those which links of a target find. */
export const linkedLibraries = ({ system }: ResolvedTarget): string => `//${system.os}/linked:libraries`;

/** The installed libraries of an OS: name → the platforms that have it; and how a platform is told from the others. */
function namedView(
  uses: readonly TableUse[],
  targets: readonly ResolvedTarget[],
): { groups: Value; packages: Value; constraints: Value } {
  const platforms = uses.map(({ target, product }) => ({
    name: target.platform,
    package: `//targets/${target.name}`,
    cpu: cpuConstraint(target.architecture),
    os: osConstraint(target.system.os),
    abis: [abiConstraint(target.system.abi), ...(isDefaultForOs(target, targets) ? [abiConstraint("default")] : [])],
    libraries: [...librariesFor(product.table, product.architecture)]
      .filter(([, { installed }]) => installed)
      .map(([name]) => name),
  }));
  const platformsWith = (library: string): string[] =>
    platforms.filter(({ libraries }) => libraries.includes(library)).map(({ name }) => name);
  return {
    packages: Object.fromEntries(platforms.map((platform) => [platform.name, platform.package])),
    constraints: Object.fromEntries(
      platforms.map(({ name, cpu, os: system, abis }) => [name, { common: [system, cpu], abis }]),
    ),
    groups: groupBy([...new Set(platforms.flatMap(({ libraries }) => libraries))].sort(), (library) =>
      platformsWith(library).join(),
    ).map((names) => ({ platforms: platformsWith(names[0]!), names })),
  };
}
