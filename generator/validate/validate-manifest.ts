import type { z } from "zod";

import { compilerBackends, compilerPlatforms } from "./compiler-rules";
import { isRecord } from "../read/parse-rows";
import { compareProblems, type Problem } from "../read/problem";
import type { RawManifest, RawRow } from "../read/read-manifest";
import type { ImportFile } from "../schema/import-file";
import { featureSchema } from "../schema/features";
import { llvmSchema, type LlvmRow } from "../schema/llvm-versions";
import { microArchitectureSchema } from "../schema/micro-architectures";
import {
  architectureSchema,
  architectureSchemaWith,
  archiveSchema,
  hostSchema,
  moduleSchema,
  runtimeSchema,
  systemSchema,
  targetSchema,
  type ArchitectureRow,
  type CompleteModule,
  type Manifest,
  type RuntimeRow,
} from "../schema/rows";
import { checkCompiler, checkImport, checkRow, type CheckedRow } from "./check-schema";
import { columnNames, declaredColumns, platformArchives, runtimeColumns, systemColumns } from "./column-rules";
import { unitImports } from "./import-rules";
import { emptyFeatures, featuresOfEveryLlvm, impliedFeatures, linkedFeatures } from "./feature-rules";
import { llvmArchives, llvmVersions, versionsOfParts } from "./llvm-rules";
import { microArchitectureReferences, microArchitecturePlatforms } from "./micro-architecture-rules";
import { defaultSystems, distinctPlatforms, platformNames, hostMachines, moduleFields } from "./name-rules";
import {
  archiveUnitNames,
  distinctArchives,
  libraryTables,
  preparedFiles,
  stackUnitNames,
  unitReferences,
} from "./stack-rules";
import { importProvenance } from "./provenance-rules";
import {
  archiveAddresses,
  architectureBases,
  conditionNames,
  hostReferences,
  systemMinimumOs,
  systemReferences,
  targetReferences,
  versionArchives,
} from "./reference-rules";
import { recipeFunctions } from "./recipe-rules";
import type { Rule } from "./checked-rows";
import { unitCollisions, unitNames, unitOutputs } from "./unit-rules";
import { runtimeVersions, targetVersions } from "./version-rules";

/** Rows and import files (by `<runtime>-<version>`), and everything that is wrong with them, in the order of the files. */
export interface Validated {
  /** To be used only where there is no problem, or where none of the problems concerns what is used. */
  readonly manifest: Manifest;
  readonly imports: ReadonlyMap<string, ImportFile>;
  readonly problems: readonly Problem[];
}

/** Every rule over rows of which the schema holds. */
const rules: readonly Rule[] = [
  moduleFields,
  archiveAddresses,
  architectureBases,
  microArchitectureReferences,
  microArchitecturePlatforms,
  systemReferences,
  systemMinimumOs,
  targetReferences,
  hostReferences,
  llvmVersions,
  llvmArchives,
  versionsOfParts,
  versionArchives,
  conditionNames,
  impliedFeatures,
  emptyFeatures,
  featuresOfEveryLlvm,
  linkedFeatures,
  unitNames,
  unitOutputs,
  unitCollisions,
  unitReferences,
  stackUnitNames,
  archiveUnitNames,
  distinctArchives,
  libraryTables,
  preparedFiles,
  recipeFunctions,
  hostMachines,
  distinctPlatforms,
  platformNames,
  defaultSystems,
  runtimeVersions,
  targetVersions,
  declaredColumns,
  columnNames,
  systemColumns,
  runtimeColumns,
  platformArchives,
  unitImports,
  importProvenance,
  compilerPlatforms,
  compilerBackends,
];

/** Checks rows against their schemas and against each other. Pure. */
export function validateManifest(raw: RawManifest): Validated {
  const problems: Problem[] = [...raw.problems];
  const check = <Row>(schema: z.ZodType<Row>, rows: readonly RawRow[]): CheckedRow<Row>[] =>
    rows.map((row) => checkRow(schema, row, problems)).filter((row) => row !== undefined);
  const module = check(moduleSchema, [raw.module])[0];
  const llvm = check(llvmSchema, raw.rows.llvm);
  const runtimes = check(runtimeSchema, raw.rows.runtime).map((checkedRow) => withVersions(checkedRow, llvm));
  const declared = declaredColumnsOf(raw);
  const checked = {
    architectures: check(architectureSchemaWith(declared), raw.rows.architecture).map((architecture) => ({
      ...architecture,
      row: withColumns(architecture.row, Object.keys(declared)),
    })),
    microArchitectures: check(microArchitectureSchema, raw.rows["micro-architecture"]),
    features: check(featureSchema, raw.rows.feature),
    systems: check(systemSchema, raw.rows.system),
    targets: check(targetSchema, raw.rows.target),
    llvm,
    hosts: check(hostSchema, raw.rows.host),
    archives: check(archiveSchema, raw.rows.archive),
    runtimes,
  };
  const files = raw.imports.map((file) => checkImport(file, problems)).filter((file) => file !== undefined);
  const imports = new Map(files.map((file) => [`${file.runtime}-${file.version}`, file]));
  const compilers = new Map(
    raw.compilers.flatMap((file) => checkCompiler(file, problems) ?? []).map((file) => [file.version, file]),
  );
  for (const rule of rules) problems.push(...rule({ raw, ...checked, imports, compilers }));
  const { extends: _, ...fields } = module?.row ?? {};
  const manifest: Manifest = {
    // That each field is there is a rule of its own.
    module: fields as CompleteModule,
    architectures: checked.architectures.map(({ row }) => row),
    microArchitectures: checked.microArchitectures.map(({ row }) => row),
    features: checked.features.map(({ row }) => row),
    systems: checked.systems.map(({ row }) => row),
    targets: checked.targets.map(({ row }) => row),
    llvm: llvm.map(({ row }) => row),
    hosts: checked.hosts.map(({ row }) => row),
    archives: checked.archives.map(({ row }) => row),
    runtimes: checked.runtimes.map(({ row }) => row),
    recipes: raw.recipes,
    compilers,
  };
  return { manifest, imports, problems: unique(problems).sort(compareProblems) };
}

/** Problems each once: what is wrong with a platform whatever its version of LLVM is found at each. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** The row with LLVM's versions, where it is part of LLVM. Where it has none at all, that is said, and it is damaged. */
function withVersions(
  { row, damaged, ...checked }: CheckedRow<z.infer<typeof runtimeSchema>>,
  llvm: readonly CheckedRow<LlvmRow>[],
): CheckedRow<RuntimeRow> {
  const versions =
    row.part_of === undefined
      ? (row.versions ?? [])
      : llvm.map(({ row: { version, sources, default: isDefault } }) => ({
          version,
          archive: sources,
          default: isDefault,
        }));
  return { ...checked, row: { ...row, versions }, damaged: damaged || versions.length === 0 };
}

/** The columns that runtimes bring along, also of a runtime whose row breaks its schema elsewhere. */
export function declaredColumnsOf({ rows }: Pick<RawManifest, "rows">): Record<string, string> {
  const columns = rows.runtime.flatMap(({ value }) =>
    isRecord(value["columns"]) ? Object.entries(value["columns"]) : [],
  );
  return Object.fromEntries(columns.map(([name, meaning]) => [name, String(meaning)]));
}

/** The row with the columns that runtimes have brought along in a field of their own. */
function withColumns(row: Readonly<Record<string, unknown>>, declared: readonly string[]): ArchitectureRow {
  const isDeclared = ([name]: [string, unknown]): boolean =>
    declared.includes(name) && !Object.hasOwn(architectureSchema.shape, name);
  const fields = Object.entries(row);
  return {
    ...architectureSchema.parse(Object.fromEntries(fields.filter((field) => !isDeclared(field)))),
    columns: Object.fromEntries(fields.filter(isDeclared).map(([name, value]) => [name, String(value)])),
  };
}
