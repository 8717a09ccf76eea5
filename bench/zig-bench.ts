import { cpSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

import { scratchRoot } from "../e2e/harness/consumer-workspace";
import type { Platform } from "../e2e/harness/target-rows";
import type { Zig } from "./find-zig";
import type { Step } from "./measure";
import type { Program } from "./programs";
import { runQuietly } from "./run-quietly";
import { zigStyles, zigTarget, type Purpose, type ZigStyle } from "./zig-command";

const nothing = (): Promise<void> => Promise.resolve();

/** What is timed with zig, on the sources of a workspace. */
export class ZigBench {
  private readonly folder = join(scratchRoot, "zig");

  constructor(
    private readonly zig: Zig,
    private readonly workspace: string,
  ) {}

  /** Compiles and links with empty caches. */
  cold(platform: Platform, program: Program, style: ZigStyle): Step {
    return { prepare: () => this.empty(), run: () => this.build(platform, program, style) };
  }

  /** The same after its folder is put in place. Copying costs less than unpacking an archive does. */
  first(platform: Platform, program: Program, style: ZigStyle): Step {
    const fresh = join(this.folder, "installation");
    return {
      prepare: () => this.empty(),
      run: () => {
        cpSync(this.zig.folder, fresh, { recursive: true });
        return this.build(platform, program, style, "fast build", join(fresh, basename(this.zig.program)));
      },
    };
  }

  /** With warm caches, after an edit. */
  warm(platform: Platform, program: Program, style: ZigStyle, edit: () => void): Step {
    return {
      prepare: async () => {
        await this.build(platform, program, style);
        edit();
      },
      run: () => this.build(platform, program, style),
    };
  }

  size(platform: Platform, program: Program, style: ZigStyle): Step {
    return {
      prepare: nothing,
      run: async () => {
        await this.build(platform, program, style, "small");
        return statSync(this.outputOf(platform, program)).size;
      },
    };
  }

  private empty(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    return nothing();
  }

  private build(
    platform: Platform,
    program: Program,
    style: ZigStyle,
    purpose: Purpose = "fast build",
    executable = this.zig.program,
  ): Promise<void> {
    const target = zigTarget(platform);
    if (target === undefined) throw new Error(`there is no zig for ${platform.name}`);
    mkdirSync(this.folder, { recursive: true });
    const files = [join(this.workspace, program.source), "-o", this.outputOf(platform, program)];
    return runQuietly([executable, program.zigCommand, "-target", target, ...zigStyles[style][purpose], ...files], {
      ZIG_GLOBAL_CACHE_DIR: join(this.folder, "global"),
      ZIG_LOCAL_CACHE_DIR: join(this.folder, "local"),
    });
  }

  private outputOf({ name }: Platform, { zigCommand }: Program): string {
    return join(this.folder, `${name}-${zigCommand}`);
  }
}
