import { formatStarlark } from "../apply/format-starlark";
import { readManifest } from "../read/read-manifest";
import { readTemplates } from "../read/read-templates";
import { sampleFiles, writeTemporary, type Files } from "../testing/sample-manifest";
import { validateManifest } from "../validate/validate-manifest";
import { planModule } from "./plan-module";

const rows = `- {name: arm64_v8.1a, architecture: arm64, about: LSE, flags: [-march=armv8.1-a], go: v8.1}
- {name: amd64_v3, architecture: amd64, about: AVX2, flags: [-march=x86-64-v3]}
`;

function planOf(more: Files): Map<string, string> {
  const folder = writeTemporary({ ...sampleFiles, "manifest/micro-architectures.yaml": rows, ...more });
  try {
    const { problems, ...sources } = validateManifest(readManifest(`${folder.path}/manifest`));
    expect(problems).toEqual([]);
    return formatStarlark(planModule(sources, readTemplates()));
  } finally {
    folder.remove();
  }
}

test("a constraint value, flags and a platform for those of CPUs that have a target, and no further file", () => {
  const plan = planOf({});
  expect(plan.get("constraints/micro_architecture/BUILD.bazel")).toContain('name = "arm64_v8.1a"');
  expect(plan.get("constraints/micro_architecture/BUILD.bazel")).not.toContain("amd64_v3");
  expect(plan.get("toolchains/micro_architectures.bzl")).toContain(
    'MICRO_ARCHITECTURES = {\n    "arm64": {\n        "arm64_v8.1a": ["-march=armv8.1-a"],\n    },\n}',
  );
  const platforms = plan.get("platforms/BUILD.bazel") ?? "";
  expect(platforms).toContain(
    'name = "runtimes.arm64_v8.1a",\n    constraint_values = ["//constraints/micro_architecture:arm64_v8.1a"],',
  );
  expect(platforms).toContain(`platform(
    name = "linux_arm64_v8.1a_musl",
    constraint_values = [
        "@platforms//os:linux",
        "@platforms//cpu:aarch64",
        "//constraints/abi:musl",
        "//constraints/micro_architecture:arm64_v8.1a",
    ],
)`);
  const names = (files: ReadonlyMap<string, string>): string[] => [...files.keys()];
  expect(names(plan)).toEqual(names(planOf({ "manifest/micro-architectures.yaml": "" })));
});

test("where a target's row states its name, the platform's begins with it", () => {
  const plan = planOf({ "manifest/targets.yaml": "- {architecture: arm64, system: linux_musl, name: mine}\n" });
  expect(plan.get("platforms/BUILD.bazel")).toContain('name = "mine_arm64_v8.1a"');
});

test("tools outside Bazel are told what Rust and Go call it", () => {
  const { targets } = JSON.parse(planOf({}).get("toolchains/targets.json") ?? "") as { targets: object[] };
  expect(targets).toEqual([
    expect.objectContaining({
      micro_architectures: [{ name: "arm64_v8.1a", platform: "linux_arm64_v8.1a_musl", rust: [], go: "v8.1" }],
    }),
  ]);
});
