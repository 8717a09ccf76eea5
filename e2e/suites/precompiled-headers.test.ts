import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { choosePlatforms, declareLeftOut, thatFit } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot, writeConsumerWorkspace } from "../harness/consumer-workspace";
import { DrivenBazel } from "../harness/drive-bazel";
import { hashOutputs, listOutputs } from "../harness/hash-outputs";
import { outputOf } from "../harness/run-command";
import { isHosted, listPlatforms, loadSources, type Platform } from "../harness/target-rows";

const sources = loadSources();
const runtime = sources.manifest.runtimes.find(({ units }) => units.some((unit) => "precompiled" in unit))!;
const unit = runtime.units.find((candidate) => "precompiled" in candidate)!;
const chosen = thatFit(choosePlatforms(listPlatforms(sources)), (platform) =>
  platform.target.runtimes.some(({ name }) => name === runtime.name),
);
/** Everything is compiled twice. Where platforms are left out, the one for which there is the least stands for all. */
const platforms: readonly Platform[] =
  chosen.leftOut.length === 0
    ? chosen.platforms
    : [chosen.platforms.find((platform) => !isHosted(platform)) ?? chosen.platforms[0]!];

/** The module of a manifest whose runtime has no headers that are parsed once. */
function generateWithout(): string {
  const folder = join(scratchRoot, "without-precompiled-headers");
  rmSync(folder, { recursive: true, force: true });
  for (const part of ["manifest", "imports"])
    cpSync(join(repositoryRoot, part), join(folder, part), { recursive: true });
  const row = join(folder, "manifest/runtimes", runtime.name, "runtime.yaml");
  const text = readFileSync(row, "utf8");
  const without = text.replace(/^ +precompiled: .*\n/m, "");
  if (without === text) throw new Error(`${row} has no line that begins with precompiled`);
  writeFileSync(row, without);
  const module = join(folder, "module");
  const generator = join(repositoryRoot, "generator/bin/gen-bzl.js");
  outputOf(process.execPath, [generator, "--manifest", join(folder, "manifest"), "--out", module]);
  return module;
}

const clients: DrivenBazel[] = [];

function connect(name: string, xllvm: string): DrivenBazel {
  const workspace = writeConsumerWorkspace(sources.manifest, { name, files: {}, xllvm });
  const client = new DrivenBazel({ name, workspace });
  clients.push(client);
  return client;
}

let asItIs: DrivenBazel;
let without: DrivenBazel;

beforeAll(() => {
  asItIs = connect("precompiled-headers", repositoryRoot);
  without = connect("without-precompiled-headers", generateWithout());
});

afterAll(async () => {
  for (const client of clients) await client.shutDown();
});

declareLeftOut(chosen);

it.each(platforms.map((platform) => [platform.name, platform] as const))(
  "a library for %s has the objects that it has without",
  async (name, { target }) => {
    const made = async (client: DrivenBazel) => {
      const label = `@xllvm//targets/${target.name}:${unit.name}`;
      await client.build([`--platforms=@xllvm//platforms:${name}`, "--remote_download_outputs=all", label]);
      const outputs = listOutputs(client.outputBase).filter(({ path }) => path.includes(`/targets/${target.name}/`));
      // Which sources share a process is another thing with the headers.
      const objects = outputs.filter(({ path }) => path.endsWith(".o") && !/^batch\d+\./.test(basename(path)));
      return { objects: hashOutputs(objects), hasHeaders: outputs.some(({ path }) => path.endsWith(".pch")) };
    };
    const [given, plain] = [await made(asItIs), await made(without)];
    expect([given.hasHeaders, plain.hasHeaders]).toEqual([true, false]);
    expect(Object.keys(given.objects).length).toBeGreaterThan(20);
    expect(given.objects).toEqual(plain.objects);
  },
);
