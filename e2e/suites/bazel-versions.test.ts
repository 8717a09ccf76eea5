import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { listPlatforms, loadSources } from "../harness/target-rows";
import { inspectElf } from "../harness/inspect-artefact";

const sources = loadSources();

/** Of what later versions of Bazel do, all that 7.7 can be told to do; docs/bazel-versions.md says which version does what. */
const laterDefaults = [
  "--noenable_workspace",
  "--nolegacy_external_runfiles",
  "--incompatible_auto_exec_groups",
  "--incompatible_check_testonly_for_output_files",
  "--incompatible_check_visibility_for_toolchains",
  "--incompatible_config_setting_private_default_visibility",
  "--incompatible_disable_native_repo_rules",
  "--incompatible_disable_starlark_host_transitions",
  "--incompatible_disable_target_provider_fields",
  "--incompatible_disallow_empty_glob",
  "--incompatible_disallow_struct_provider_syntax",
  "--incompatible_enable_proto_toolchain_resolution",
  "--incompatible_no_implicit_file_export",
  "--incompatible_no_implicit_watch_label",
  "--incompatible_strict_action_env",
  "--incompatible_struct_has_no_methods",
  "--incompatible_top_level_aspects_require_providers",
  "--incompatible_use_plus_in_repo_names",
];

/** One platform of each object format; the first is built for, the others are analysed. */
const [built, ...analysed] = ["linux_arm64_musl", "windows_amd64_gnu", "wasm32_wasi"].map((name) => {
  const platform = listPlatforms(sources).find((candidate) => candidate.name === name);
  if (platform === undefined) throw new Error(`the manifest has no ${name}`);
  return platform;
});

const files = {
  "BUILD.bazel": `
load("@rules_cc//cc:defs.bzl", "cc_binary")

cc_binary(name = "c_program", srcs = ["c_program.c"], features = ["-cxx"])
cc_binary(name = "cpp_program", srcs = ["cpp_program.cc"])
`,
  "c_program.c": "int main(void) { return 0; }\n",
  "cpp_program.cc": "int main() { throw 0; }\n",
};

describe("with the defaults of later versions of Bazel", () => {
  let bazel: DrivenBazel;

  beforeAll(() => {
    bazel = new DrivenBazel({
      fetchesAnew: true,
      name: "bazel-versions",
      workspace: writeConsumerWorkspace(sources.manifest, { name: "bazel-versions", files }),
    });
  });

  afterAll(() => bazel.shutDown());

  const optionsFor = (name: string): string[] => [...laterDefaults, `--platforms=@xllvm//platforms:${name}`];

  it(`a C program is built for ${built?.name}`, async () => {
    const { outputs } = await bazel.build([...optionsFor(built?.name ?? ""), "//:c_program"]);
    expect(inspectElf(outputs.get("//:c_program")?.[0] ?? "").machine).toBe(built?.architecture.elf_machine);
    expect(bazel.fetchedRepositories()).toContain(
      built?.target.runtimes.find(({ role }) => role === "libc")?.archive.name,
    );
  });

  it.each([built, ...analysed].map((platform) => platform?.name ?? ""))(
    "C, C++ and a crossenv are analysed for %s",
    async (name) => {
      const { exitCode, stderr } = await bazel.tryBuild([
        ...optionsFor(name),
        "--nobuild",
        "//:c_program",
        "//:cpp_program",
        "@xllvm//:crossenv",
      ]);
      expect({ exitCode, errors: stderr.split("\n").filter((line) => line.startsWith("ERROR")) }).toEqual({
        exitCode: 0,
        errors: [],
      });
    },
  );
});
