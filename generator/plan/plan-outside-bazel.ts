import type { ResolvedLlvm, ResolvedTarget } from "../resolve/resolved-target";
import { fillColumns, targetColumns } from "../schema/columns";
import { llvmConstraintSetting, llvmSuffix } from "../schema/llvm-versions";
import { microArchitecturePlatform } from "../schema/micro-architectures";
import type { TargetOutsideBazel, TargetsFile } from "../schema/outside-bazel";
import type { ArchitectureRow, CompleteModule } from "../schema/rows";
import { generatedComment } from "./generated-tree";

/** Plans `toolchains/targets.json`: by which names the platforms are known outside Bazel. */
export function planTargetsFile(
  targets: readonly ResolvedTarget[],
  llvm: readonly ResolvedLlvm[],
  { name, version, bazel }: CompleteModule,
): string {
  const file: TargetsFile = {
    $comment: generatedComment,
    module: { name, version, bazel },
    targets: targets.filter(({ isDefault }) => isDefault).map((target) => describe(target, targets, llvm)),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** GNU's triple of a target, where it differs from LLVM's: build systems put it before the names of tools. */
export function toolPrefixes(target: ResolvedTarget): string[] {
  const { gnu } = spellingsOf(target);
  return gnu === undefined || gnu === target.triple ? [] : [gnu];
}

function describe(
  target: ResolvedTarget,
  targets: readonly ResolvedTarget[],
  llvm: readonly ResolvedLlvm[],
): TargetOutsideBazel {
  const { architecture, system, platform, triple } = target;
  const { gnu, rust, zig } = spellingsOf(target);
  const spellings = [gnu, ...rust, zig].flatMap((spelling) =>
    spelling === undefined || spelling === triple ? [] : [spelling],
  );
  const columns = targetColumns(architecture, system);
  return {
    name: platform,
    versions: targets.filter((other) => other.platform === platform).flatMap(({ version }) => version ?? []),
    link_modes: system.link_modes.slice(1),
    micro_architectures: target.microArchitectures.map((micro) => ({
      name: micro.name,
      platform: microArchitecturePlatform(micro, target.row, architecture, system),
      rust: micro.rust,
      go: micro.go ?? null,
    })),
    ...(llvm.length === 1
      ? {}
      : {
          llvm_versions: llvm.map(({ row: { version } }) => ({
            name: `${llvmConstraintSetting}-${version}`,
            platform: platform + llvmSuffix(version),
          })),
        }),
    os: system.os,
    libc: system.libc ?? null,
    qemu: architecture.qemu ?? null,
    machine: system.os === "none" ? machineOf(architecture.columns) : null,
    triple,
    spellings: [...new Set(spellings)],
    gnu: gnu ?? null,
    architecture: columns["llvm"] ?? architecture.name,
    endian: architecture.endian ?? null,
    rust,
    go: architecture.go === undefined ? null : { goarch: architecture.go, goarm: architecture.goarm ?? null },
    emulation: system.emulation === undefined ? null : fillColumns(system.emulation, columns),
    meson: { cpu_family: columns["meson"] ?? architecture.name },
    executable_suffix: system.os === "windows" ? ".exe" : system.object_format === "wasm" ? ".wasm" : "",
  };
}

interface Spellings {
  readonly gnu: string | undefined;
  readonly rust: readonly string[];
  readonly zig: string | undefined;
}

function spellingsOf({ architecture, system }: ResolvedTarget): Spellings {
  const columns = targetColumns(architecture, system);
  const fill = (template: string | undefined) => (template === undefined ? undefined : fillColumns(template, columns));
  return {
    gnu: fill(system.gnu),
    rust: [system.rust ?? []].flat().map((template) => fillColumns(template, columns)),
    zig: fill(system.zig),
  };
}

/** Of the columns that say which machine of qemu's a CPU is in. */
function machineOf({
  qemu_system: qemu,
  qemu_machine: name,
}: ArchitectureRow["columns"]): TargetOutsideBazel["machine"] {
  return qemu === undefined || name === undefined ? null : { qemu, name };
}
