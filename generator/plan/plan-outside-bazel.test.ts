import { readManifest } from "../read/read-manifest";
import { resolveLlvm, resolveTargets } from "../resolve/resolve-targets";
import type { TargetsFile } from "../schema/outside-bazel";
import { sampleFiles, writeTemporary } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planTargetsFile, toolPrefixes } from "./plan-outside-bazel";

function planned(edit: (files: Record<string, string>) => void = () => undefined) {
  const files = { ...sampleFiles };
  edit(files);
  const folder = writeTemporary(files);
  try {
    const { problems, ...sources } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    const targets = resolveTargets(sources);
    return {
      targets,
      file: JSON.parse(planTargetsFile(targets, resolveLlvm(sources.manifest), sources.manifest.module)) as TargetsFile,
    };
  } finally {
    folder.remove();
  }
}

const systems = "manifest/systems.yaml";

test("a system that says no spellings has none", () => {
  const { file, targets } = planned();
  expect(file.targets).toEqual([
    expect.objectContaining({
      name: "linux_arm64_musl",
      triple: "aarch64-unknown-linux-musl",
      spellings: [],
      rust: [],
      go: null,
    }),
  ]);
  expect(toolPrefixes(targets[0]!)).toEqual([]);
});

test("spellings other than LLVM's are listed once; GNU's is the prefix of tools", () => {
  const { file, targets } = planned((files) => {
    files[systems] = `${files[systems]}`.replace(
      /( +)triple: .*\n/,
      (line, indent: string) =>
        `${line}${indent}gnu: "{llvm}-linux-musl"\n${indent}rust: "{rust}-unknown-linux-musl"\n${indent}zig: "{zig}-linux-musl"\n`,
    );
  });
  expect(file.targets[0]).toMatchObject({ spellings: ["aarch64-linux-musl"], rust: ["aarch64-unknown-linux-musl"] });
  expect(toolPrefixes(targets[0]!)).toEqual(["aarch64-linux-musl"]);
});

test("an architecture's own columns replace LLVM's name of it", () => {
  const { file } = planned((files) => {
    files[systems] = `${files[systems]}`.replace(
      /( +)triple: .*\n/,
      (line, indent: string) => `${line}${indent}rust: "{rust}-unknown-linux-musl"\n`,
    );
    const path = "manifest/architectures.yaml";
    files[path] = `${files[path]}`.replace("llvm: aarch64,", "llvm: aarch64, rust: arm64e, go: arm64, meson: armish,");
  });
  expect(file.targets[0]).toMatchObject({
    spellings: ["arm64e-unknown-linux-musl"],
    rust: ["arm64e-unknown-linux-musl"],
    go: { goarch: "arm64", goarm: null },
    meson: { cpu_family: "armish" },
  });
});
