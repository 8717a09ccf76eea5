import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { choosePlatforms, ofFormat, representatives } from "../harness/choose-platforms";
import { writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { expectHostProgram, expectProgramFile } from "../harness/expect-program";
import { archivesOf, isHosted, listPlatforms, loadSources } from "../harness/target-rows";
import { commandLine, rulesWorkspace } from "../programs/rules";

const sources = loadSources();
const everyPlatform = listPlatforms(sources);
const platforms = representatives(ofFormat(choosePlatforms(everyPlatform), "elf").platforms.filter(isHosted));

/** A platform whose libc has an older version, and that can link otherwise than by default. */
const versatile = platforms.findLast(
  ({ otherVersions, system }) => otherVersions.length > 0 && system.link_modes.length > 1,
);
const older = versatile?.otherVersions[0];
const otherMode = versatile?.system.link_modes[1] ?? "static";

const ownPlatform = `
platform(
    name = "own_platform",
    constraint_values = ["@xllvm//constraints/${versatile?.system.libc}:${older?.version}", "@xllvm//constraints/link_mode:${otherMode}"],
    parents = ["@xllvm//platforms:${versatile?.name}"],
)
`;

let bazel: DrivenBazel;

beforeAll(() => {
  const workspace = writeConsumerWorkspace(sources.manifest, {
    name: "own-platforms",
    files: rulesWorkspace(platforms, versatile === undefined ? "" : ownPlatform),
  });
  bazel = new DrivenBazel({ name: "own-platforms", workspace, fetchesAnew: true });
});

afterAll(() => bazel.shutDown());

it("takes the libc's version and the link mode from the constraints of a platform of one's own", async () => {
  if (versatile === undefined || older === undefined) throw new Error("no platform has both");
  const { outputs } = await bazel.build([...commandLine, "--platforms=//:own_platform", "//:program"]);
  expectProgramFile(versatile, otherMode, outputs.get("//:program")?.[0] ?? "");
  // Nothing else here asks for that version.
  expect(bazel.fetchedRepositories()).toEqual(expect.arrayContaining(archivesOf(older)));
});

it("builds for this machine when no platform is named", async () => {
  const { outputs } = await bazel.build([...commandLine, "//:tool", "//:program"]);
  for (const target of ["//:tool", "//:program"]) expectHostProgram(everyPlatform, outputs.get(target)?.[0] ?? "");
});

it("builds for this machine whatever the order of dependencies, where the machine's own compiler is not looked for", async () => {
  const file = join(bazel.workspace, "MODULE.bazel");
  const text = readFileSync(file, "utf8");
  const [dependency = ""] = /^bazel_dep\(name = "rules_cc".*\n/m.exec(text) ?? [];
  writeFileSync(file, text.replace(dependency, "").replace(/^bazel_dep/m, `${dependency}bazel_dep`));
  expect(readFileSync(file, "utf8")).toMatch(/^module.*\nbazel_dep\(name = "rules_cc"/);
  try {
    const { outputs } = await bazel.build([
      ...commandLine,
      "--repo_env=BAZEL_DO_NOT_DETECT_CPP_TOOLCHAIN=1",
      "//:program",
    ]);
    expectHostProgram(everyPlatform, outputs.get("//:program")?.[0] ?? "");
  } finally {
    writeFileSync(file, text);
  }
});
