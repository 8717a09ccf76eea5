import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { removeTree } from "../../crossenv/cache";
import { compareVersions } from "../../generator/schema/libc-versions";
import { platformVariable } from "../harness/choose-platforms";
import { repositoryRoot, scratchRoot } from "../harness/consumer-workspace";
import { declareSkip } from "../harness/declare-skip";
import { findProgram } from "../harness/find-bazel";
import { inspectElf } from "../harness/inspect-artefact";
import { outputOf } from "../harness/run-command";

const command = join(repositoryRoot, "crossenv/bin/bazel-crossenv");
const scratch = join(scratchRoot, "examples-outside-bazel");
const python = join(scratch, "python/bin/python3");

/** Milliseconds that one call may take: the first for a target builds its crossenv. */
const timeout = 30 * 60_000;
jest.setTimeout(2 * timeout);

/** Bazel shares the actions that other suites have built, through the settings of a home folder of its own; Rust stays where it is. */
const environment = {
  ...process.env,
  XLLVM_CROSSENV_CACHE: join(scratch, "cache"),
  HOME: join(scratch, "home"),
  CARGO_HOME: process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"),
  RUSTUP_HOME: process.env["RUSTUP_HOME"] ?? join(homedir(), ".rustup"),
};

/** A fresh copy of an example. */
function copyOf(example: string): string {
  const folder = join(scratch, example);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(repositoryRoot, "examples", example), folder, { recursive: true });
  return folder;
}

function reasonAgainst(...programs: readonly string[]): string | undefined {
  if (process.env[platformVariable])
    return "examples outside Bazel build crossenvs of their own where platforms are left out";
  const absent = programs.filter((program) => findProgram(program) === undefined);
  return absent.length === 0 ? undefined : `${absent.join(" and ")} not on PATH`;
}

test("every example that no Bazel builds is known here", () => {
  const others = readdirSync(join(repositoryRoot, "examples")).filter(
    (name) => !existsSync(join(repositoryRoot, "examples", name, "MODULE.bazel")),
  );
  expect(others.sort()).toEqual(["cargo", "python_wheel"]);
});

beforeAll(() => {
  removeTree(scratch);
  mkdirSync(environment.HOME, { recursive: true });
  writeFileSync(
    join(environment.HOME, ".bazelrc"),
    `build --disk_cache=${join(scratchRoot, "disk-cache")}\ncommon --repository_cache=${join(scratchRoot, "repository-cache")}\n`,
  );
});

afterAll(() => {
  outputOf(command, ["clean", "--all"], { environment });
  rmSync(scratch, { recursive: true, force: true });
});

describe("examples/cargo", () => {
  const reason = reasonAgainst("cargo", "rustc");
  if (reason !== undefined) return declareSkip("tests itself for this machine", reason);
  // The one target whose standard library is there wherever Rust is.
  it("tests itself for this machine", () => {
    const host = /^host: (.*)$/m.exec(outputOf("rustc", ["-vV"], { environment }))?.[1] ?? "";
    const options = ["--locked", "--target", host];
    const folder = copyOf("cargo");
    const call = (...args: readonly string[]) =>
      outputOf(command, ["cargo", ...args], { folder, environment, timeout });
    expect(call("test", ...options)).toContain("test result: ok. 1 passed; 0 failed");
    expect(call("run", ...options, "--quiet", "--", "1994", "0")).toBe("MCMXCIV\n0 has no numeral\n");
  });
});

describe("examples/python_wheel", () => {
  const reason = reasonAgainst("python3");
  if (reason !== undefined) return declareSkip("makes wheels", reason);

  beforeAll(() => {
    outputOf("python3", ["-m", "venv", join(scratch, "python")], { timeout });
    outputOf(
      python,
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "setuptools==84.2.1", "auditwheel==6.8.2"],
      { timeout },
    );
  });

  describe.each([
    { target: "x86_64-linux-gnu", tag: "manylinux_2_31_x86_64", machine: "EM_X86_64", native: process.arch === "x64" },
    { target: "aarch64-linux-gnu.2.36", tag: "manylinux_2_36_aarch64", machine: "EM_AARCH64", native: false },
    { target: "x86_64-linux-musl+dynamic", tag: "musllinux_1_2_x86_64", machine: "EM_X86_64", native: false },
    { target: "aarch64-linux-musl+dynamic", tag: "musllinux_1_2_aarch64", machine: "EM_AARCH64", native: false },
  ])("$target", ({ target, tag, machine, native }) => {
    const name = `romans-1.0-cp39-abi3-${tag}.whl`;
    let folder: string;
    let module: string;

    beforeAll(() => {
      folder = copyOf("python_wheel");
      outputOf("./build.sh", [target], {
        folder,
        environment: { ...environment, PYTHON: python, PIP_OPTIONS: "--no-build-isolation", BAZEL_CROSSENV: command },
        timeout,
      });
      outputOf(python, ["-m", "zipfile", "-e", join(folder, "wheels", name), join(folder, "unpacked")]);
      module = join(folder, "unpacked/romans.abi3.so");
    });

    it("makes a wheel of the tag, with a module for the target that brings its C++ runtime along", () => {
      expect(readdirSync(join(folder, "wheels"))).toEqual([name]);
      const { needed, ...elf } = inspectElf(module);
      expect(elf).toMatchObject({ machine, type: "shared" });
      expect(needed.filter((library) => /c\+\+|unwind|gcc/.test(library))).toEqual([]);
    });

    it("is what auditwheel takes it for", () => {
      const shown = outputOf(python, ["-m", "auditwheel", "show", join(folder, "wheels", name)], { environment });
      const [family = "", ...rest] = tag.split("_");
      const architecture = rest.slice(2).join("_");
      const found = new RegExp(`"(${family}_\\d+_\\d+)_${architecture}"`).exec(shown.replaceAll("\n", " "))?.[1];
      expect(found).toBeDefined();
      const release = (text: string): string => text.replace(`${family}_`, "").replace("_", ".");
      expect(compareVersions(release(String(found)), release(`${family}_${rest[0]}_${rest[1]}`))).toBeLessThanOrEqual(
        0,
      );
    });

    if (!native) return;
    it("is imported here", () => {
      const program =
        "import romans; print(romans.write(1994))\ntry: romans.write(0)\nexcept ValueError as error: print(error)";
      expect(outputOf(python, ["-c", program], { folder: join(folder, "unpacked") })).toBe(
        "MCMXCIV\nnumerals are for 1 to 3999\n",
      );
    });
  });
});
