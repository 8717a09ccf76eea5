import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { itUnless } from "../harness/declare-skip";
import { DrivenBazel } from "../harness/drive-bazel";
import { runCommandSync } from "../harness/run-command";
import { loadSources } from "../harness/target-rows";
import { missingFrom } from "../modules/labels-in-use";
import { labelsOfThisModule } from "../modules/this-module";
import { downloadRelease, latestRelease, repositoryOf } from "../modules/upstream";

/** Whether tests are to be declared is asked before they can await anything. */
function isReachable(url: string): boolean {
  const program = `fetch(${JSON.stringify(url)}, { method: "HEAD", signal: AbortSignal.timeout(10_000) }).then(() => process.exit(0), () => process.exit(1))`;
  return runCommandSync(process.execPath, ["-e", program]).status === 0;
}

describe("the latest release of", () => {
  for (const module of Object.keys(loadSources().manifest.module.dependencies)) {
    itUnless(isReachable(repositoryOf(module)) ? undefined : "no network")(
      `${module} has every label that is used`,
      async () => {
        const facts = await downloadRelease(module, await latestRelease(module));
        expect(missingFrom(facts, labelsOfThisModule())).toEqual([]);
      },
    );
  }
});

describe("the latest rules_cc", () => {
  const { manifest } = loadSources();
  const platforms = ["linux_amd64_gnu", "windows_amd64_gnu", "wasm32_wasi"];

  itUnless(isReachable(repositoryOf("rules_cc")) ? undefined : "no network")(
    `builds C and C++ for ${platforms.join(", ")}`,
    async () => {
      const workspace = writeConsumerWorkspace(
        {
          ...manifest,
          module: {
            ...manifest.module,
            dependencies: { ...manifest.module.dependencies, rules_cc: await latestRelease("rules_cc") },
          },
        },
        {
          name: "newer-rules-cc",
          files: {
            "BUILD.bazel": [
              'load("@rules_cc//cc:cc_binary.bzl", "cc_binary")',
              'cc_binary(name = "c_program", srcs = ["c_program.c"], features = ["-cxx"])',
              'cc_binary(name = "cpp_program", srcs = ["cpp_program.cc"])',
              "",
            ].join("\n"),
            "c_program.c": "int main(void) { return 0; }\n",
            "cpp_program.cc": "#include <string>\nint main() { return std::string().size(); }\n",
          },
        },
      );
      const bazel = new DrivenBazel({ name: "newer-rules-cc", workspace, fetchesAnew: true });
      try {
        for (const platform of platforms) await bazel.build([`--platforms=@xllvm//platforms:${platform}`, "//:all"]);
      } finally {
        await bazel.shutDown();
      }
    },
  );
});
