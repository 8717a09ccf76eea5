import type { ResolvedRuntime, ResolvedTarget } from "../resolve/resolved-target";
import { groupBy } from "../schema/group-by";
import { printFile, printValue } from "../starlark/print-file";
import { Assignment, Call, Name, explicitAttributes, type StarlarkFile, type Value } from "../starlark/syntax";
import { printGenerated, visibleTo } from "./build-file";
import { linkedLibraries } from "./plan-libraries";
import { toolPrefixes } from "./plan-outside-bazel";
import type { OverlayNames } from "./plan-overlays";
import { planRuntime, repositoryOf, runtimeFacts, type RuntimeFacts, type RuntimeUse } from "./plan-runtimes";

/** What bzlmod/targets/target.bzl is told. A dictionary among it is by runtime. */
type Facts = Readonly<Record<string, Value>>;

/** What is said of each platform by itself, even where all platforms of a system are alike in it. */
const platformFields = [
  "cpu",
  "headers",
  "imported_as",
  "loader",
  "platform",
  "repositories",
  "sources_use",
  "tool_prefixes",
  "triple",
];

/** What is said of each version by itself: these, and where its headers and its sources are. */
const versionFields = ["libc", "release"];

const macro = (name: string): Name => new Name(name, "//bzlmod/targets:target.bzl");

/**
 * Plans `targets/`: facts alone, each in one place. What a runtime makes is in `runtimes/<runtime>.bzl`, what the targets of a system have in
 * common in `systems/<system>.bzl`, the versions of a platform in `platforms/<platform>.bzl`, and the rest in the target's package.
 *
 * @param further The same targets at each version of LLVM but the default: packages of their own, which say what is not as by default.
 */
export function planTargets(
  targets: readonly ResolvedTarget[],
  further: readonly (readonly ResolvedTarget[])[],
  overlays: OverlayNames,
): Map<string, string> {
  const runtimes = planRuntimes(targets, overlays);
  const platformFacts = new Map<string, Facts>();
  const files = new Map(
    [...runtimes].map(([name, { file }]): [string, StarlarkFile] => [`runtimes/${name}.bzl`, file]),
  );
  files.set("BUILD.bazel", { comment: "The facts of the targets, whose packages are below.", statements: [] });
  for (const ofSystem of groupBy(targets, ({ system }) => system.name)) {
    const facts = new Map(ofSystem.map((target) => [target, factsOf(target, targets, runtimes, overlays)]));
    for (const [path, file] of planSystem(facts, platformFacts)) files.set(path, file);
  }
  for (const atVersion of further)
    for (const [path, file] of planFurther(atVersion, { runtimes, platformFacts }, overlays)) files.set(path, file);
  return new Map([...files].map(([path, file]) => [`targets/${path}`, printGenerated(file)]));
}

function planRuntimes(targets: readonly ResolvedTarget[], overlays: OverlayNames): Map<string, RuntimeFacts> {
  const uses = targets.flatMap((target) => target.runtimes.map((runtime): RuntimeUse => ({ target, runtime })));
  return new Map(
    groupBy(uses, ({ runtime }) => runtime.name).map((ofOne) => [ofOne[0]!.runtime.name, planRuntime(ofOne, overlays)]),
  );
}

/** What is said of the default version of LLVM. */
interface DefaultFacts {
  readonly runtimes: ReadonlyMap<string, RuntimeFacts>;
  /** By platform: what all versions of its libc have in common. */
  readonly platformFacts: ReadonlyMap<string, Facts>;
}

/** The targets at a further version of LLVM: what its runtimes make, and a package for each target. */
function* planFurther(
  targets: readonly ResolvedTarget[],
  known: DefaultFacts,
  overlays: OverlayNames,
): Generator<[string, StarlarkFile]> {
  const [{ llvm }] = targets as [ResolvedTarget];
  const { version } = llvm.row;
  const others = planRuntimes(targets, overlays);
  const differing = [...others].filter(
    ([name, { file }]) => printFile(file) !== printFile(known.runtimes.get(name)!.file),
  );
  for (const [name, { file }] of differing) yield [`runtimes/${name}${llvm.suffix}.bzl`, file];
  yield [
    `llvm/${version}.bzl`,
    {
      docstring: `What targets have of LLVM ${version}; see bzlmod/targets/target.bzl.`,
      statements: [
        new Assignment("LLVM", { version, runtimes: differing.map(([name]) => runtimeFacts(name, llvm.suffix)) }),
      ],
    },
  ];
  // What a platform says of its runtimes wins over what they say: so what it says of the default version, each package says anew.
  const stated = new Map(
    [...others].map(([name, facts]) => {
      const { statesHeaders, statesRepository } = known.runtimes.get(name)!;
      return [
        name,
        {
          ...facts,
          statesHeaders: facts.statesHeaders && statesHeaders,
          statesRepository: facts.statesRepository && statesRepository,
        },
      ];
    }),
  );
  for (const target of targets) {
    const facts = factsOf(target, targets, stated, overlays);
    const own = without(facts, known.platformFacts.get(target.platform)!);
    yield [
      `${target.name}${llvm.suffix}/BUILD.bazel`,
      planPackage(target, { llvm: new Name("LLVM", `//targets:llvm/${version}.bzl`), ...own }),
    ];
  }
}

function* planSystem(
  facts: ReadonlyMap<ResolvedTarget, Facts>,
  platformFacts: Map<string, Facts>,
): Generator<[string, StarlarkFile]> {
  const targets = [...facts.keys()];
  const [{ system }] = targets as [ResolvedTarget];
  const shared = sharedFacts([...facts.values()], [...platformFields, ...versionFields]);
  yield [
    `systems/${system.name}.bzl`,
    {
      docstring: `What the targets of ${system.name} have in common; see bzlmod/targets/target.bzl.`,
      statements: [new Assignment("SYSTEM", shared)],
    },
  ];
  const systemFacts = new Name("SYSTEM", `//targets:systems/${system.name}.bzl`);
  for (const versions of groupBy(targets, ({ platform }) => platform)) {
    const [{ platform, triple, version }] = versions as [ResolvedTarget];
    const own = versions.map((target) => without(facts.get(target)!, shared));
    const ofPlatform = version === undefined ? own[0]! : sharedFacts(own, versionFields, system.libc);
    platformFacts.set(platform, moreFacts(shared, ofPlatform));
    yield [
      `platforms/${platform}.bzl`,
      {
        docstring: `${platform}: ${triple}.`,
        statements: [new Assignment("PLATFORM", new Call(macro("more_facts"), {}, [systemFacts, ofPlatform]))],
      },
    ];
    for (const [index, target] of versions.entries())
      yield [`${target.name}/BUILD.bazel`, planPackage(target, without(own[index]!, ofPlatform))];
  }
}

function planPackage({ platform, triple, runtimes }: ResolvedTarget, own: Facts): StarlarkFile {
  const platformFacts = new Name("PLATFORM", `//targets:platforms/${platform}.bzl`);
  return {
    comment: `${platform}: ${triple}, made of ${runtimes.map(versionedName).join(", ") || "nothing"}.`,
    statements: [visibleTo("//:__subpackages__"), new Call(macro("target"), own, [platformFacts])],
  };
}

/** Name and version, and which version it stands in for. */
function versionedName({ name, version, standsInFor }: ResolvedRuntime): string {
  return standsInFor === undefined ? `${name} ${version}` : `${name} ${version} (in place of ${standsInFor})`;
}

function factsOf(
  target: ResolvedTarget,
  targets: readonly ResolvedTarget[],
  runtimes: ReadonlyMap<string, RuntimeFacts>,
  overlays: OverlayNames,
): Facts {
  const { architecture, system, version } = target;
  const products = target.runtimes.flatMap((runtime) => runtime.products);
  const stubs = products.find((product) => product.kind === "symbol_stubs");
  const headers = target.runtimes.filter(
    ({ name, include }) => include.length > 0 && !runtimes.get(name)!.statesHeaders,
  );
  const compiled = target.runtimes.filter(({ products: made }) => made.length > 0);
  return explicitAttributes({
    abi: system.abi,
    compile_flags: target.compileFlags,
    cpu: architecture.name,
    flags: target.flags,
    headers: Object.fromEntries(headers.map((runtime) => [runtime.name, overlays.headers(runtime)])),
    imported_as: architecture.base,
    libc: version === undefined ? undefined : `${system.libc}_${version}`,
    link_flags: target.linkFlags,
    link_modes: system.link_modes,
    loader: target.runtimes.flatMap(({ loader }) => loader ?? [])[0],
    linked_libraries: products.some(({ kind }) => kind === "import_libraries") ? linkedLibraries(target) : undefined,
    minimum_os:
      target.minimumOs === undefined
        ? undefined
        : { flag: target.minimumOs.flag, oldest: target.minimumOs.oldest, younger: target.minimumOs.younger },
    object_format: system.object_format,
    os: system.os,
    platform: target.platform,
    release: stubs?.release,
    repositories: Object.fromEntries(
      compiled
        .filter(({ name }) => !runtimes.get(name)!.statesRepository)
        .map((runtime) => [runtime.name, repositoryOf(runtime)]),
    ),
    sources_use: Object.fromEntries(
      compiled.filter(({ sourcesUse }) => sourcesUse.length > 0).map(({ name, sourcesUse }) => [name, sourcesUse]),
    ),
    stack: [...new Set(target.runtimes.map(({ name }) => name))].map((name) => runtimeFacts(name)),
    static_platform: staticPlatform(target, targets),
    system: system.name,
    tool_prefixes: toolPrefixes(target),
    triple: target.triple,
  });
}

/** For messages: where a target has no static programs, the platform of the same machine that has. */
function staticPlatform(
  { system, architecture }: ResolvedTarget,
  targets: readonly ResolvedTarget[],
): string | undefined {
  if (system.link_modes.includes("static")) return undefined;
  return targets.find(
    (candidate) =>
      candidate.system.os === system.os &&
      candidate.architecture.name === architecture.name &&
      candidate.system.link_modes.includes("static"),
  )?.platform;
}

/** The facts in which all are alike, but for the fields `apart`, and for what dictionaries have of the runtime `apartRuntime`. */
function sharedFacts(all: readonly Facts[], apart: readonly string[], apartRuntime?: string): Facts {
  const [first, ...others] = all as [Facts];
  const shared = (field: string, value: Value): Value | undefined => {
    if (apart.includes(field)) return undefined;
    if (isDictionary(value)) {
      const { [apartRuntime ?? ""]: _apart, ...rest } = value;
      return sharedFacts([rest, ...others.map((facts) => asDictionary(facts[field]))], []);
    }
    const text = printValue(value);
    const isShared = others.every((facts) => facts[field] !== undefined && printValue(facts[field]) === text);
    return isShared ? value : undefined;
  };
  return explicitAttributes(
    Object.fromEntries(Object.entries(first).map(([field, value]) => [field, shared(field, value)])),
  );
}

/** The facts that `known` has not, or has otherwise. */
function without(facts: Facts, known: Facts): Facts {
  const isKnown = (field: string, value: Value): boolean =>
    known[field] !== undefined && printValue(known[field]) === printValue(value);
  return explicitAttributes(
    Object.fromEntries(
      Object.entries(facts).map(([field, value]) => {
        if (isDictionary(value)) return [field, without(value, asDictionary(known[field]))];
        return [field, isKnown(field, value) ? undefined : value];
      }),
    ),
  );
}

/** As `more_facts` of bzlmod/targets/target.bzl. */
function moreFacts(facts: Facts, more: Facts): Facts {
  const merged = Object.entries(more).map(([field, value]) => [
    field,
    isDictionary(value) ? { ...asDictionary(facts[field]), ...value } : value,
  ]);
  return { ...facts, ...(Object.fromEntries(merged) as Facts) };
}

function isDictionary(value: Value): value is Facts {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function asDictionary(value: Value | undefined): Facts {
  return value !== undefined && isDictionary(value) ? value : {};
}
