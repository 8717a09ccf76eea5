import { resolveHosts, resolveTargets } from "../resolve/resolve-targets";
import type { ResolvedHost, ResolvedTarget, Sources } from "../resolve/resolved-target";
import type { ArchiveRow, CompleteModule } from "../schema/rows";
import { planTargetsFile } from "./plan-outside-bazel";
import { planOverlays, prepareFile, type Overlays } from "./plan-overlays";
import { planPlatforms } from "./plan-platforms";
import { planLibraries } from "./plan-libraries";
import { planStubs } from "./plan-stubs";
import { planTargets } from "./plan-targets";
import { createRender, type Render } from "./render";

/**
 * Every generated file of the module: path → text, before formatting.
 *
 * @param sources Rows and imports that validation has found nothing wrong with.
 * @param templates The texts of `templates/`, by name.
 */
export function planModule(sources: Sources, templates: ReadonlyMap<string, string>): Map<string, string> {
  const render = createRender(templates);
  const targets = resolveTargets(sources);
  const hosts = resolveHosts(sources.manifest);
  const { module } = sources.manifest;
  const overlays = planOverlays(targets, sources.imports, module.name, render);
  const archives = usedArchives(targets);
  const libraries = planLibraries(targets, sources.imports, module.name, render);
  const hasLibraries = libraries.size > 0;
  const platforms = planPlatforms(targets, hosts, { name: module.name, hasLibraries }, render);
  const files = new Map([
    ...overlays.files,
    ...libraries,
    ...planStubs(targets, sources.imports, render),
    ...platforms,
  ]);
  for (const [path, text] of planTargets(targets, overlays)) files.set(path, text);
  files.set("toolchains/targets.json", planTargetsFile(targets, module));
  files.set("overlays/archives.bzl", planArchives(archives, hosts, module, overlays, render));
  files.set("defs.bzl", render("defs.bzl", { hasLibraries }));
  files.set("repositories.bzl", render("repositories.bzl", {}));
  files.set(
    "MODULE.bazel",
    planModuleFile(module, repositoriesOf([...archives, ...hosts.map(({ archive }) => archive)], overlays), render),
  );
  return files;
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

/** An archive with the label of a file below `overlays/`. */
const labelOf = (archive: string, path: string) => ({ archive, label: path.replace("overlays/", "//overlays:") });

function planArchives(
  archives: readonly ArchiveRow[],
  hosts: readonly ResolvedHost[],
  module: CompleteModule,
  overlays: Overlays,
  render: Render,
): string {
  const pin = ({ urls, sha256, strip_prefix, alternatives }: ArchiveRow) => ({
    urls,
    sha256,
    strip_prefix,
    ...(alternatives.length > 0 ? { alternatives } : {}),
  });
  return render("archives.bzl", {
    seeds: Object.fromEntries(
      hosts.map(({ row, archive }) => [
        archive.name,
        {
          ...pin(archive),
          os: row.os,
          architecture: row.architecture,
          executable_suffix: row.executable_suffix,
          major: String(module.llvm_major),
          tools: module.seed_tools,
        },
      ]),
    ),
    sources: Object.fromEntries(archives.map((archive) => [archive.name, pin(archive)])),
    prepare: archives
      .filter(({ name }) => overlays.files.has(prepareFile(name)))
      .map(({ name }) => labelOf(name, prepareFile(name))),
    overlays: archives.map(({ name }) => labelOf(name, overlays.pathOf(name))),
    families: Object.fromEntries(
      overlays.families.map(({ name, members, target }) => [
        name,
        Object.fromEntries([...members].map(([alias, archive]) => [alias, `@${archive.name}//:${target}`])),
      ]),
    ),
  });
}
