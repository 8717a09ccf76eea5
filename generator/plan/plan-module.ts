import { resolveHosts, resolveLlvm, resolveTargets } from "../resolve/resolve-targets";
import type { ResolvedHost, ResolvedTarget, Sources } from "../resolve/resolved-target";
import { majorOf } from "../schema/llvm-versions";
import type { ArchiveRow, CompleteModule } from "../schema/rows";
import { planBootstrap } from "./plan-bootstrap";
import { planTargetsFile } from "./plan-outside-bazel";
import { planOverlays, type Overlays } from "./plan-overlays";
import { planPlatforms } from "./plan-platforms";
import { planLibraries } from "./plan-libraries";
import { planRecipes } from "./plan-recipes";
import { planStubs } from "./plan-stubs";
import { planTargets } from "./plan-targets";
import { printGenerated, visibleTo } from "./build-file";
import { createRender, type Render } from "./render";
import { Assignment, Call, Name, explicitAttributes, type StarlarkFile, type Value } from "../starlark/syntax";

/**
 * Every generated file of the module: path → text, before formatting.
 *
 * @param sources Rows and imports that validation has found nothing wrong with.
 * @param templates The texts of `templates/`, by name.
 */
export function planModule(sources: Sources, templates: ReadonlyMap<string, string>): Map<string, string> {
  const render = createRender(templates);
  const versions = resolveLlvm(sources.manifest);
  const targets = resolveTargets(sources, versions[0]);
  const further = versions.slice(1).map((llvm) => resolveTargets(sources, llvm));
  const all = [...targets, ...further.flat()];
  const hosts = resolveHosts(sources.manifest);
  const { module } = sources.manifest;
  const overlays = planOverlays(all, module.name, render);
  const bootstrap = planBootstrap(hosts, sources.manifest);
  const archives = usedArchives(all);
  const libraries = planLibraries(targets, module.name, render);
  const hasLibraries = libraries.size > 0;
  const recipes = planRecipes(all, sources.manifest.recipes);
  const platforms = planPlatforms(
    targets,
    hosts,
    versions,
    { name: module.name, hasLibraries, features: sources.manifest.features },
    render,
  );
  const files = new Map([
    ...overlays.files,
    ...libraries,
    ...planStubs(targets),
    ...recipes,
    ...platforms,
    ...bootstrap.files,
  ]);
  for (const [path, text] of planTargets(targets, further, overlays)) files.set(path, text);
  files.set("toolchains/targets.json", planTargetsFile(targets, versions, module));
  files.set("overlays/archives.bzl", planArchives([...archives, ...bootstrap.archives], all, hosts, module, overlays));
  files.set("defs.bzl", render("defs.bzl", { symbols: publicSymbols(hasLibraries) }));
  files.set("repositories.bzl", render("repositories.bzl", {}));
  files.set("tools/BUILD.bazel", planTools(module));
  files.set(
    "MODULE.bazel",
    planModuleFile(
      module,
      repositoriesOf(
        [...archives, ...bootstrap.archives, ...hosts.flatMap(({ seeds }) => seeds.map(({ archive }) => archive))],
        overlays,
      ),
      render,
    ),
  );
  return files;
}

/** What defs.bzl takes from where. */
function publicSymbols(hasLibraries: boolean): { name: string; file: string }[] {
  return [
    { name: "checked_binaries", file: "contract:contract.bzl" },
    { name: "clang_tidy", file: "clang_tidy:clang_tidy.bzl" },
    { name: "clang_tidy_fixes", file: "clang_tidy:clang_tidy.bzl" },
    { name: "compile_commands", file: "compile_commands:compile_commands.bzl" },
    { name: "elf_contract", file: "contract:contract.bzl" },
    { name: "extra_arguments", file: "toolchain:extra_arguments.bzl" },
    ...(hasLibraries
      ? [
          { name: "known_libraries", file: "contract:known_libraries.bzl" },
          { name: "linked_libraries", file: "windows:libraries.bzl" },
        ]
      : []),
    { name: "library_interface", file: "toolchain:library_interface.bzl" },
    { name: "macos_dsym", file: "macos:dsym.bzl" },
    { name: "macos_universal_binary", file: "macos:universal_binary.bzl" },
    { name: "windows_resources", file: "windows:resources.bzl" },
  ];
}

/** The package of the tools that people run. */
function planTools({ seed_tools, further_seed_tools }: CompleteModule): string {
  return printGenerated({
    comment: "Programs of the compiler seed, to be run: docs/tools.md.",
    statements: [
      visibleTo("//visibility:public"),
      new Call(new Name("seed_programs", "//bzlmod/seed:program.bzl"), {}, [
        [...seed_tools, ...further_seed_tools].sort(),
      ]),
    ],
  });
}

function usedArchives(targets: readonly ResolvedTarget[]): ArchiveRow[] {
  const archives = targets.flatMap(({ runtimes }) => runtimes.map(({ archive }) => archive));
  return [...new Map(archives.map((archive) => [archive.name, archive])).values()];
}

/** The repositories that the module's files name: archives, and families in place of their members. */
function repositoriesOf(archives: readonly ArchiveRow[], { families }: Overlays): string[] {
  const members = new Set(families.flatMap((family) => [...family.members.values()]));
  return [...archives.filter((archive) => !members.has(archive)), ...families].map(({ name }) => name).sort();
}

function planModuleFile(module: CompleteModule, repositories: readonly string[], render: Render): string {
  return render("MODULE.bazel", {
    name: module.name,
    version: module.version,
    bazelCompatibility: [module.bazel],
    dependencies: Object.entries(module.dependencies).map(([name, version]) => ({ name, version })),
    extension: "xllvm",
    repositories,
  });
}

function planArchives(
  archives: readonly ArchiveRow[],
  targets: readonly ResolvedTarget[],
  hosts: readonly ResolvedHost[],
  module: CompleteModule,
  overlays: Overlays,
): string {
  const label = (path: string): Call => new Call(new Name("Label"), {}, [path.replace("overlays/", "//overlays:")]);
  const pin = ({ urls, unavailable, sha256, strip_prefix, alternatives }: ArchiveRow) => ({
    urls,
    unavailable,
    sha256,
    strip_prefix,
    alternatives: alternatives.length > 0 ? alternatives : undefined,
  });
  const sdks = archives.flatMap((archive) => {
    if (archive.sdk === undefined) return [];
    const targetsOf = targets.filter(({ runtimes }) => runtimes.some((runtime) => runtime.archive === archive));
    const { tag, variable, canonical, folder, command, installed } = archive.sdk;
    const oldest = targetsOf.flatMap(({ minimumOs }) => minimumOs?.oldest ?? [])[0];
    const { frameworks, include } = targetsOf
      .flatMap(({ runtimes }) => runtimes)
      .find((runtime) => runtime.archive === archive)!;
    return [
      [
        archive.name,
        explicitAttributes({
          tag,
          variable,
          canonical,
          folder,
          command,
          installed,
          oldest,
          frameworks,
          include,
        }),
      ],
    ] as const;
  });
  const seedsOf = ({ row, seeds }: ResolvedHost): [string, Value][] =>
    seeds.map(({ llvm, archive }) => [
      archive.name,
      {
        ...pin(archive),
        os: row.os,
        architecture: row.architecture,
        executable_suffix: row.executable_suffix,
        major: String(majorOf(llvm.row)),
        tools: module.seed_tools,
        further_tools: module.further_seed_tools,
      },
    ]);
  const families = overlays.families.map(({ name, members, target }) => [
    name,
    Object.fromEntries([...members].map(([alias, archive]) => [alias, `@${archive.name}//:${target}`])),
  ]);
  const prepared = archives.flatMap((archive) => {
    const path = overlays.prepareOf.get(archive);
    return path === undefined ? [] : [[archive.name, path] as const];
  });
  const file: StarlarkFile = {
    docstring: "The archives of the manifest: what the `xllvm` extension makes repositories of.",
    statements: [
      new Assignment("COMPILER_SEEDS", Object.fromEntries(hosts.flatMap(seedsOf))),
      new Assignment("SOURCE_ARCHIVES", Object.fromEntries(archives.map((archive) => [archive.name, pin(archive)]))),
      new Assignment(
        "PREPARE",
        Object.fromEntries(prepared.map(([name, path]) => [name, label(path)])),
        "Files that are made after unpacking, by archive; see bzlmod/archives/prepare.bzl.",
      ),
      new Assignment(
        "FAMILIES",
        Object.fromEntries(families) as Record<string, Value>,
        "Archives of headers that are alike: repository → alias → what it stands for.",
      ),
      new Assignment(
        "SDKS",
        Object.fromEntries(sdks),
        "Archives that users may have a whole SDK in the place of; see bzlmod/archives/sdk.bzl.",
      ),
      new Assignment("OVERLAYS", Object.fromEntries(archives.map(({ name }) => [name, label(overlays.pathOf(name))]))),
    ],
  };
  return printGenerated(file);
}
