import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The command under test, as users call it. */
const command = resolve(__dirname, "../bin/bazel-crossenv");

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A cache, and a Bazel that builds in no time a crossenv whose compiler prints its arguments. */
export interface Scene {
  readonly folder: string;
  readonly cache: string;
  /** What the fake Bazel was called with, one line per call. */
  bazelCalls(): string[];
  /** Calls bazel-crossenv with these arguments. */
  call(args: readonly string[], options?: CallOptions): Promise<Ended>;
  remove(): void;
}

export interface CallOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Where it is called; by default where the test runs. */
  readonly folder?: string;
  /** Called with the process as soon as it runs. */
  readonly meanwhile?: (pid: number) => void;
}

/** `onBuild` are the lines of shell that the fake Bazel runs as a build, with `$tree` the folder to fill. */
export function makeScene(onBuild = "sleep 0.2"): Scene {
  const folder = mkdtempSync(join(tmpdir(), "crossenv-"));
  const cache = join(folder, "cache");
  const calls = join(folder, "calls");
  const bazel = join(folder, "bazel");
  writeFileSync(calls, "");
  writeFileSync(bazel, fakeBazel(folder, calls, onBuild));
  chmodSync(bazel, 0o755);
  return {
    folder,
    cache,
    bazelCalls: () => readFileSync(calls, "utf8").split("\n").filter(Boolean),
    call: (args, { environment = {}, input = "", folder: cwd, meanwhile } = {}) =>
      new Promise((resolve, reject) => {
        // A group of its own, as a shell gives each command, so that a signal to all of it is what Ctrl-C is.
        const child = spawn(command, args, {
          cwd,
          env: { ...process.env, BAZEL: bazel, XLLVM_CROSSENV_CACHE: cache, ...environment },
          detached: true,
          timeout: 60_000,
          killSignal: "SIGKILL",
        });
        const output = { stdout: "", stderr: "" };
        child.stdout.on("data", (chunk) => (output.stdout += String(chunk)));
        child.stderr.on("data", (chunk) => (output.stderr += String(chunk)));
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", reject);
        child.on("close", (exitCode, signal) => resolve({ exitCode, signal, ...output }));
        if (child.pid !== undefined) meanwhile?.(child.pid);
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function fakeBazel(folder: string, calls: string, onBuild: string): string {
  const compiler =
    '#!/bin/sh\\nfor argument; do echo "argument: $argument"; done\\ncase "$*" in *fail*) exit 7;; *stdin*) cat;; *kill*) kill -TERM $$;; esac\\n';
  return `#!/bin/sh
case "$*" in --version) echo "bazel 7.7.1"; exit 0;; esac
echo "$*" >> '${calls}'
tree='${folder}/out/crossenv'
case "$*" in
  *" build "*)
    ${onBuild}
    mkdir -p "$tree/bin"
    printf '${compiler}' > "$tree/bin/clang"
    cp "$tree/bin/clang" "$tree/bin/clang++"
    cp "$tree/bin/clang" "$tree/bin/llvm-ar"
    cp "$tree/bin/clang" "$tree/bin/aarch64-unknown-linux-musl-clang"
    chmod 755 "$tree"/bin/* ;;
  *" info "*) echo '${folder}/out' ;;
esac
`;
}

/** Makes a folder that holds a file in the place of the cache, so that no folder can be made there. */
export function blockCache(scene: Scene): void {
  mkdirSync(scene.folder, { recursive: true });
  writeFileSync(scene.cache, "not a folder");
}
