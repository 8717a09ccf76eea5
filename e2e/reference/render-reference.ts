import type { Attribute, Documented, ModuleInfo, Parameter } from "./module-info";

/** A .bzl file that users name, and how they do. */
export interface PublicFile {
  readonly label: string;
  /** The heading of its section. */
  readonly title: string;
  readonly usage: string;
  readonly info: ModuleInfo;
}

/** Bazel's AttributeType, by number. */
const types = [
  "",
  "name",
  "integer",
  "label",
  "string",
  "list of strings",
  "list of integers",
  "list of labels",
  "boolean",
  "dict: label → string",
  "dict: string → string",
  "dict: string → strings",
  "output",
  "outputs",
  "dict: string → label",
];

/** What Bazel adds to every rule and what repository rules have of Bazel alone. */
const ofBazel = ["name", "repo_mapping"];

/** The reference of the files that users load, as Markdown. Throws for what has no docstring. */
export function renderReference(files: readonly PublicFile[], command: string): string {
  const sections = files.flatMap((file) => [
    `## ${file.title}`,
    "",
    ...file.usage
      .trim()
      .split("\n")
      .map((line) => (line === "" ? "" : `    ${line}`)),
    "",
    ...renderFile(file),
  ]);
  return (
    [
      `<!-- Written by \`${command}\` from the docstrings in bzlmod/; edit those. -->`,
      "",
      "# What this module gives to BUILD and MODULE.bazel files",
      "",
      "What is not here is the module's own and may change in any release. Platforms are in `@xllvm//platforms`, constraint values in packages `@xllvm//constraints/…`.",
      "",
      ...sections,
    ]
      .join("\n")
      .trimEnd() + "\n"
  );
}

function renderFile({ label, info }: PublicFile): string[] {
  const documented = (name: string, text: string): string => {
    if (text.trim() === "") throw new Error(`${label}: ${name} has no docstring`);
    return text.trim();
  };
  const rule = (name: string, { docString, attributes }: Documented): string[] => [
    `### ${name}`,
    "",
    documented(name, docString),
    "",
    ...attributeTable(name, attributes, documented),
  ];
  return [
    ...info.rules.flatMap((each) => rule(each.name, each)),
    ...info.macros.flatMap(({ name, docString, parameters }) => [
      `### ${name}`,
      "",
      documented(name, docString),
      "",
      ...parameterTable(name, parameters, documented),
    ]),
    ...info.aspects.flatMap((aspect) => [
      ...rule(aspect.name, { ...aspect, attributes: [] }),
      ...(aspect.alongAttributes.length === 0
        ? []
        : [`It follows ${aspect.alongAttributes.map((name) => `\`${name}\``).join(", ")}.`, ""]),
    ]),
    ...info.repositoryRules.flatMap((each) => rule(each.name, each)),
    ...info.extensions.flatMap(({ name, docString, tags }) => [
      documented(name, docString),
      "",
      ...tags.flatMap((tag) => rule(`${name}.${tag.name}`, tag)),
    ]),
  ];
}

type Check = (name: string, text: string) => string;

function attributeTable(of: string, attributes: readonly Attribute[], check: Check): string[] {
  const own = attributes.filter(({ name }) => !ofBazel.includes(name));
  return table(
    ["attribute", "type", "default", "meaning"],
    own.map(({ name, docString, type, mandatory, defaultValue }) => [
      `\`${name}\``,
      types[type] ?? "",
      mandatory ? "must be given" : code(defaultValue),
      check(`${of}'s attribute ${name}`, docString),
    ]),
  );
}

function parameterTable(of: string, parameters: readonly Parameter[], check: Check): string[] {
  return table(
    ["parameter", "default", "meaning"],
    parameters
      .filter(({ name }) => name !== "name")
      .map(({ name, docString, mandatory, defaultValue }) => [
        `\`${name}\``,
        mandatory ? "must be given" : code(defaultValue),
        check(`${of}'s parameter ${name}`, docString),
      ]),
  );
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line), ""];
}

const code = (value: string): string => (value === "" ? "" : `\`${value}\``);
