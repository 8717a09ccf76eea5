import { readManifest } from "../read/read-manifest";
import { sampleGlibc } from "../testing/sample-glibc";
import { sampleProvenance, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import type { ResolvedTarget } from "./resolved-target";
import { resolveTargets } from "./resolve-targets";

function resolve(files: Files): ResolvedTarget[] {
  const folder = writeTemporary(files);
  try {
    const { manifest, imports, problems } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    return resolveTargets({ manifest, imports });
  } finally {
    folder.remove();
  }
}

const targets = resolve(sampleGlibc);
const runtimesOf = (name: string) => targets.find((target) => target.name === name)!.runtimes;

test("an imported version is of its own source tree, headers included", () => {
  const [runtime, ...others] = runtimesOf("linux_arm64_gnu.2.31");
  expect(others).toEqual([]);
  expect(runtime).toMatchObject({
    version: "2.31",
    archive: { name: "glibc-2.31" },
    include: ["generated/headers/arm64", "generated/headers/common"],
  });
  expect(runtime).not.toHaveProperty("standsInFor");
  expect(runtime!.prepare).toEqual([
    {
      recipe: "install",
      output: "generated/headers/common",
      files: { "features.h": "include/features.h" },
    },
    {
      recipe: "starlark",
      output: "generated/headers/common/bits/syscall.h",
      function: "glibc/syscalls",
      inputs: ["syscall-names.list"],
    },
    {
      recipe: "install",
      output: "generated/headers/arm64",
      files: { "bits/link.h": "sysdeps/aarch64/bits/link.h" },
    },
    { recipe: "write", output: "generated/headers/arm64/gnu/stubs.h", content: "#define __stub_chflags\n" },
    { recipe: "write", output: "generated/private/prelude.h", content: "#define _ISOMAC 1\n" },
  ]);
});

test("a version that has not been imported has prebuilt headers and stubs of its own, and what another version compiles", () => {
  expect(runtimesOf("linux_arm64_gnu.2.33")).toMatchObject([
    {
      version: "2.33",
      archive: { name: "glibc-headers-2.33-aarch64" },
      include: ["include"],
      prepare: [],
      products: [{ name: "stubs", architecture: "arm64", release: 33 }],
    },
    {
      version: "2.31",
      standsInFor: "2.33",
      archive: { name: "glibc-2.31" },
      include: [],
      sourcesUse: ["libc"],
      products: [{ name: "crt1", compilation: { uses: [] } }],
    },
  ]);
});

test("the same version is of its own source tree once it has been imported, and nothing else is edited", () => {
  const imported = sampleGlibc["imports/glibc-2.31.json"]!.replace('"version":"2.31"', '"version":"2.33"').replace(
    '"provenance":{"2.31"',
    '"provenance":{"2.33"',
  );
  const symbols = JSON.stringify({
    ...(JSON.parse(sampleGlibc["imports/glibc-symbols.json"]!) as object),
    provenance: sampleProvenance("2.31", "2.33"),
  });
  const [runtime, ...others] = resolve({
    ...sampleGlibc,
    "imports/glibc-2.33.json": imported,
    "imports/glibc-symbols.json": symbols,
  }).find(({ name }) => name === "linux_arm64_gnu.2.33")!.runtimes;
  expect(runtime).toMatchObject({
    version: "2.33",
    archive: { name: "glibc-2.33" },
    include: ["generated/headers/arm64", "generated/headers/common"],
  });
  expect(others).toEqual([]);
});

test("sources find what they include as the import says, after what the row says", () => {
  const [runtime] = runtimesOf("linux_arm64_gnu.2.31");
  expect(runtime!.products.find(({ name }) => name === "crt1")).toMatchObject({
    compilation: { sources: { include: ["generated/private"], search: { architecture: "arm64" } } },
  });
});
