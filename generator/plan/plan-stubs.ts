import { architecturesOf, spansOf, type SymbolSpan } from "../resolve/resolve-symbols";
import type { ResolvedSymbolStubs, ResolvedTarget } from "../resolve/resolved-target";
import { glob, printGenerated } from "./build-file";
import type { LinkerScript } from "../schema/units";
import type { SymbolTable } from "../schema/symbol-table";
import { architectureBits, formatStubAssembly, formatVersionScript } from "./stub-assembly";
import { banner } from "./generated-tree";
import { Assignment, Call, Name, type StarlarkFile, type Value } from "../starlark/syntax";

/** A stub library of one architecture, as bzlmod/runtimes/stubs.bzl reads it. Releases are counted by the minor version of their newest node, `until` is exclusive. */
type StubView = {
  readonly soname: string;
  readonly since: number;
  readonly until: number | null;
  /** The releases in which links find something in it; absent where they never do. */
  readonly linked_since?: number;
  readonly linked_until?: number | null;
  /** Files that stand beside it in the linker script by which -l finds it. */
  readonly group?: readonly string[];
  /** Whether programs that use nothing of it do not need it at run time, though their links name it. */
  readonly optional?: true;
  /** Libraries that stand there AS_NEEDED, where the release has them. */
  readonly as_needed?: readonly string[];
};

type LinkerScripts = ResolvedSymbolStubs["linkerScripts"];

/** Plans `stubs/<runtime>/`: the assembly of the stub libraries of all releases and architectures, and a table of what there is when. */
export function planStubs(targets: readonly ResolvedTarget[]): Map<string, string> {
  const stubs = new Map(
    targets.flatMap(({ runtimes }) =>
      runtimes.flatMap(({ name, products }) =>
        products.flatMap((product) => (product.kind === "symbol_stubs" ? [[name, product] as const] : [])),
      ),
    ),
  );
  return new Map([...stubs].flatMap(([runtime, product]) => [...planRuntime(runtime, product)]));
}

function* planRuntime(runtime: string, { table, linkerScripts }: ResolvedSymbolStubs): Generator<[string, string]> {
  const folder = `stubs/${runtime}`;
  for (const library of Object.keys(table.libraries)) {
    yield [`${folder}/${library}.s`, banner + formatStubAssembly(table, library)];
    yield [`${folder}/${library}.ver`, banner + formatVersionScript(table, library)];
  }
  const files: Record<string, StarlarkFile> = {
    "BUILD.bazel": {
      comment:
        "Stub libraries as assembly (.s) and version scripts (.ver), for all architectures and releases; see bzlmod/runtimes/stubs.bzl.",
      statements: [new Call(new Name("exports_files"), {}, [glob(["*.s", "*.ver"])])],
    },
    "stubs.bzl": {
      docstring: `The stub libraries of ${runtime}: what there is on which architecture, from which release (minor version) until which; see bzlmod/runtimes/stubs.bzl.`,
      statements: [new Assignment("STUBS", stubsView(table, linkerScripts))],
    },
  };
  for (const [name, file] of Object.entries(files)) yield [`${folder}/${name}`, printGenerated(file)];
}

/** The architectures' bits, and each library in the forms that it has, with the architectures that have it so. */
function stubsView(table: SymbolTable, scripts: LinkerScripts): Value {
  return {
    bits: Object.fromEntries(architectureBits(table)),
    libraries: Object.fromEntries(
      Object.keys(table.libraries).map((library) => [library, formsOf(table, library, scripts[library])]),
    ),
  };
}

function formsOf(table: SymbolTable, library: string, script: LinkerScript | undefined): Value[] {
  const forms = new Map<string, { view: StubView; architectures: string[] }>();
  for (const architecture of architecturesOf(table, library).sort()) {
    const view = stubView(table, library, architecture, script);
    if (view === undefined) continue;
    const form = forms.get(JSON.stringify(view)) ?? { view, architectures: [] };
    forms.set(JSON.stringify(view), form);
    form.architectures.push(architecture);
  }
  return [...forms.values()].map(({ view, architectures }) => ({ architectures, ...view }));
}

function stubView(
  table: SymbolTable,
  library: string,
  architecture: string,
  { group, as_needed: wanted, optional }: LinkerScript = { group: [], as_needed: [], optional: false },
): StubView | undefined {
  const spans = spansOf(table, library).filter(({ architectures }) => architectures.includes(architecture));
  const range = rangeOf(spans);
  if (range === undefined) return undefined;
  const linked = library.startsWith("lib") ? rangeOf(spans.filter(({ isDefault }) => isDefault)) : undefined;
  const soname = Object.entries(table.libraries[library]!.sonames).find(([, having]) =>
    having.includes(architecture),
  )![0];
  const as_needed = wanted.filter((other) => architecturesOf(table, other).includes(architecture));
  return {
    soname,
    since: range.from,
    until: range.until,
    ...(linked === undefined ? {} : { linked_since: linked.from, linked_until: linked.until }),
    ...(group.length === 0 ? {} : { group }),
    ...(optional ? { optional } : {}),
    ...(as_needed.length === 0 ? {} : { as_needed }),
  };
}

/** From the first release that has one of the spans to the last; undefined where there is none. */
function rangeOf(spans: readonly SymbolSpan[]): { from: number; until: number | null } | undefined {
  if (spans.length === 0) return undefined;
  const ends = spans.map(({ until }) => until);
  return {
    from: Math.min(...spans.map(({ from }) => from)),
    until: ends.includes(undefined) ? null : Math.max(...(ends as number[])),
  };
}
