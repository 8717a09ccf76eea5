import { homedir } from "node:os";
import { join } from "node:path";

import { platformVariable } from "../harness/choose-platforms";
import { repositoryRoot } from "../harness/consumer-workspace";
import { crossenvCommand as command, CrossenvHome } from "../harness/crossenv-home";
import { declareSkip, itUnless } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { inspectArtefact, inspectMacho } from "../harness/inspect-artefact";
import { runCommand } from "../harness/run-command";
import { findRunner, runProgram } from "../harness/run-program";
import { listPlatforms, loadSources } from "../harness/target-rows";

/** `go build` with cgo outside Bazel, of a program that needs what Go's net, os/user and crypto/x509 take of a system. */
const targets = [
  { name: "linux_arm64_musl", triple: "aarch64-linux-musl" },
  { name: "linux_amd64_gnu", triple: "x86_64-linux-gnu" },
  { name: "macos_arm64", triple: "aarch64-apple-darwin" },
  { name: "macos_amd64", triple: "x86_64-apple-darwin" },
] as const;

const platforms = listPlatforms(loadSources());
/** Milliseconds that a call may take: it builds a crossenv, and Go's own libraries with cgo. */
const timeout = 20 * 60_000;
jest.setTimeout(timeout);

/** What Go has built before stays where it is. */
const home = new CrossenvHome("cgo", { GOCACHE: process.env["GOCACHE"] ?? join(homedir(), ".cache/go-build") });
const { environment, scratch } = home;

const reason = process.env[platformVariable]
  ? "Go's own libraries are compiled for each target, which costs minutes where platforms are left out"
  : findProgram("go") === undefined
    ? "go not on PATH"
    : undefined;

if (reason !== undefined) {
  declareSkip("go build", reason);
} else {
  beforeAll(() => home.prepare());
  afterAll(() => home.remove(timeout));

  describe.each(targets)("$triple", ({ name, triple }) => {
    const platform = platforms.find((other) => other.name === name)!;
    const program = join(scratch, name);

    it("builds a program, by the variables that bazel-crossenv prints and no others", async () => {
      const script = 'eval "$("$1" env --target "$2")" && exec go build -o "$3" .';
      const ended = await runCommand("sh", ["-c", script, "sh", command, triple, program], {
        folder: join(repositoryRoot, "e2e/cgo"),
        environment,
        timeout,
      });
      expect({ ...ended, stderr: ended.status === 0 ? "" : ended.stderr }).toMatchObject({ stderr: "", status: 0 });
      expect(inspectArtefact(program).format).toBe(platform.system.object_format);
    });

    if (platform.system.os === "macos") {
      it("needs libraries that every Mac has, those of frameworks among them", () => {
        expect(
          inspectMacho(program)
            .needed.map(({ name: library }) => library)
            .sort(),
        ).toEqual([
          "/System/Library/Frameworks/CoreFoundation.framework/Versions/A/CoreFoundation",
          "/System/Library/Frameworks/Security.framework/Versions/A/Security",
          "/usr/lib/libSystem.B.dylib",
          "/usr/lib/libresolv.9.dylib",
        ]);
      });
      return;
    }
    const runner = findRunner(platform);
    itUnless("missing" in runner ? runner.missing : undefined)("runs it", async () => {
      expect(await runProgram(runner, program)).toMatchObject({ status: 0, stdout: "42 true true true\n" });
    });
  });
}
