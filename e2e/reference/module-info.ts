import protobuf from "protobufjs";

/** An attribute of a rule or tag. */
export interface Attribute {
  readonly name: string;
  readonly docString: string;
  /** Number of Bazel's `AttributeType`. */
  readonly type: number;
  readonly mandatory: boolean;
  readonly defaultValue: string;
}

/** A rule, an aspect or a repository rule. */
export interface Documented {
  readonly docString: string;
  readonly attributes: readonly Attribute[];
}

export interface Parameter {
  readonly name: string;
  readonly docString: string;
  readonly defaultValue: string;
  readonly mandatory: boolean;
}

/** What Bazel says of one .bzl file. */
export interface ModuleInfo {
  readonly rules: readonly (Documented & { readonly name: string })[];
  readonly aspects: readonly (Documented & { readonly name: string; readonly alongAttributes: readonly string[] })[];
  readonly repositoryRules: readonly (Documented & { readonly name: string })[];
  readonly macros: readonly {
    readonly name: string;
    readonly docString: string;
    readonly parameters: readonly Parameter[];
  }[];
  readonly extensions: readonly {
    readonly name: string;
    readonly docString: string;
    readonly tags: readonly (Documented & { readonly name: string })[];
  }[];
}

const field = (type: string, id: number) => ({ type, id });
const list = (type: string, id: number) => ({ type, id, rule: "repeated" });

/** The part of src/main/protobuf/stardoc_output.proto that is shown; its other fields are skipped. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: field("string", 1),
        docString: field("string", 2),
        type: field("int32", 3),
        mandatory: field("bool", 4),
        defaultValue: field("string", 6),
      },
    },
    Rule: { fields: { name: field("string", 1), docString: field("string", 2), attributes: list("Attribute", 3) } },
    Parameter: {
      fields: {
        name: field("string", 1),
        docString: field("string", 2),
        defaultValue: field("string", 3),
        mandatory: field("bool", 4),
      },
    },
    Macro: { fields: { name: field("string", 1), parameters: list("Parameter", 2), docString: field("string", 3) } },
    Aspect: {
      fields: {
        name: field("string", 1),
        docString: field("string", 2),
        alongAttributes: list("string", 3),
        attributes: list("Attribute", 4),
      },
    },
    Extension: { fields: { name: field("string", 1), docString: field("string", 2), tags: list("Rule", 3) } },
    ModuleInfo: {
      fields: {
        rules: list("Rule", 1),
        macros: list("Macro", 3),
        aspects: list("Aspect", 4),
        extensions: list("Extension", 7),
        repositoryRules: list("Rule", 8),
      },
    },
  },
});

/** Reads what `starlark_doc_extract` has written. */
export function readModuleInfo(bytes: Uint8Array): ModuleInfo {
  const type = schema.lookupType("ModuleInfo");
  return JSON.parse(
    JSON.stringify(type.toObject(type.decode(bytes), { defaults: true, arrays: true })),
    (_, value: unknown) => (typeof value === "string" ? decoded(value) : value),
  ) as ModuleInfo;
}

/** Bazel 7 keeps each byte of a .bzl file as a character, and writes those as UTF-8 once more. */
function decoded(text: string): string {
  try {
    return /[^\0-\xff]/.test(text)
      ? text
      : new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}
