import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";

import { scratchRoot } from "./consumer-workspace";
import { outputOf } from "./run-command";

/** Names a script that starts and stops a Remote Execution service: `start MODE PORT FOLDER` prints what `stop` takes. */
const variable = "XLLVM_REMOTE_EXECUTION";

/** What an action finds on the worker beside its inputs: the loader and the libraries of the local LLVM, or nothing at all. */
export type WorkerMode = "bare" | "libs";

/** The script, or why there is no service here. */
export function findRemoteExecution(): { readonly script: string } | { readonly missing: string } {
  const script = process.env[variable];
  return script ? { script: resolve(script) } : { missing: `${variable} is not set` };
}

/** A Remote Execution service on this machine, whose cache is empty. `stop` has to be called. */
export class RemoteExecution {
  private constructor(
    private readonly script: string,
    readonly port: number,
    private readonly id: string,
  ) {}

  static async start(script: string, mode: WorkerMode): Promise<RemoteExecution> {
    const folders = join(scratchRoot, "remote-execution");
    mkdirSync(folders, { recursive: true });
    for (const name of readdirSync(folders)) {
      try {
        rmSync(join(folders, name), { recursive: true, force: true });
      } catch {
        // A service that was told to stop a moment ago writes yet: "ENOTEMPTY: directory not empty". The next run removes it.
      }
    }
    const folder = mkdtempSync(join(folders, `${mode}-`));
    const port = await freePort();
    return new RemoteExecution(script, port, outputOf(script, ["start", mode, String(port), folder]).trim());
  }

  /** Options of a build whose every action is executed there, or taken from its cache. */
  options(): string[] {
    return [`--remote_executor=grpc://127.0.0.1:${this.port}`, "--noremote_local_fallback", "--spawn_strategy=remote"];
  }

  stop(): void {
    outputOf(this.script, ["stop", this.id]);
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolvePort, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolvePort(port));
    });
  });
}
