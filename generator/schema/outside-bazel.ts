/** What tools outside Bazel are told of a micro-architecture of one platform. */
export interface MicroArchitectureOutsideBazel {
  readonly name: string;
  /** Name of the platform at it. */
  readonly platform: string;
  /** rustc's arguments. */
  readonly rust: readonly string[];
  /** Go's name of it, or null where Go does not know it. */
  readonly go: string | null;
}

/** What tools outside Bazel are told of one platform at a version of LLVM. */
export interface LlvmOutsideBazel {
  /** `llvm-23.1.0`. */
  readonly name: string;
  /** Name of the platform at it. */
  readonly platform: string;
}

/** What tools outside Bazel are told of one platform; `toolchains/targets.json` lists them. */
export interface TargetOutsideBazel {
  /** Name of the platform. */
  readonly name: string;
  /** Versions of its libc, oldest first: `<name>.<version>` is a platform as well. */
  readonly versions: readonly string[];
  /** How else than by default executables can be linked: `<name>_<link mode>` is a platform as well. */
  readonly link_modes: readonly string[];
  /** What its CPU may have beyond the oldest one of its architecture; each has a platform. */
  readonly micro_architectures: readonly MicroArchitectureOutsideBazel[];
  /** Versions of LLVM, where there are several; each has a platform. */
  readonly llvm_versions?: readonly LlvmOutsideBazel[];
  readonly os: string;
  /** Runtime that is its libc, or null where it has none with versions. */
  readonly libc: string | null;
  /** Suffix of the qemu that runs its programs in user mode, or null where there is none. */
  readonly qemu: string | null;
  /** The machine that its programs run on where they have no operating system, and the suffix of the qemu that has it; else null. */
  readonly machine: { readonly qemu: string; readonly name: string } | null;
  /** LLVM's triple. */
  readonly triple: string;
  /** Every other triple by which projects know it: GNU's, Rust's, Zig's. */
  readonly spellings: readonly string[];
  /** GNU's among them, or null. */
  readonly gnu: string | null;
  /** LLVM's name of the architecture. */
  readonly architecture: string;
  readonly endian: "little" | "big" | null;
  /** Rust's targets, the usual one first; none where the rows do not say. */
  readonly rust: readonly string[];
  readonly go: { readonly goarch: string; readonly goarm: string | null } | null;
  /** What lld has to be told with -m when it is called by itself, or null where it sees from its input. */
  readonly emulation: string | null;
  readonly meson: { readonly cpu_family: string };
  readonly executable_suffix: string;
}

/** The form of `toolchains/targets.json`. */
export interface TargetsFile {
  readonly $comment: string;
  readonly module: { readonly name: string; readonly version: string; readonly bazel: string };
  readonly targets: readonly TargetOutsideBazel[];
}
