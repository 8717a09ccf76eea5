/** What the tests ask of a SPIR-V module. */
export interface SpirvModule {
  readonly endian: "little" | "big";
  /** `1.4`. */
  readonly version: string;
  /** As the specification numbers them: addressing models and memory models. */
  readonly addressing: "Physical64" | "other";
  readonly memory: "OpenCL" | "other";
  /** Names of its entry points of the execution model Kernel. */
  readonly kernels: readonly string[];
  /** Names that it exports to other modules, and that it imports. */
  readonly exports: readonly string[];
  readonly imports: readonly string[];
}

const magic = 0x07230203;
const op = { memoryModel: 14, entryPoint: 15, decorate: 71 } as const;
const physical64 = 2;
const openCl = 2;
const kernel = 6;
const linkageAttributes = 41;
const linkage = { export: 0, import: 1 } as const;
const wordsOfHeader = 5;

/** Reads a SPIR-V module. Throws when `bytes` are not one, or one that ends within an instruction. */
export function readSpirvModule(bytes: Buffer): SpirvModule {
  const little = bytes.length >= 4 * wordsOfHeader && bytes.readUInt32LE(0) === magic;
  if (!little && (bytes.length < 4 * wordsOfHeader || bytes.readUInt32BE(0) !== magic))
    throw new Error("not a SPIR-V module: it does not start with its magic number");
  const word = (index: number): number => (little ? bytes.readUInt32LE(4 * index) : bytes.readUInt32BE(4 * index));
  // Texts are UTF-8 in words whose lowest byte comes first.
  const textAt = (first: number, end: number): string => {
    const raw = Buffer.alloc(4 * (end - first));
    for (let index = first; index < end; index++) raw.writeUInt32LE(word(index), 4 * (index - first));
    return raw.toString("utf8", 0, raw.indexOf(0));
  };
  const found = { addressing: -1, memory: -1 };
  const kernels: string[] = [];
  const linked: Record<number, string[]> = { [linkage.export]: [], [linkage.import]: [] };
  for (let at = wordsOfHeader; at < bytes.length / 4;) {
    const [opcode, end] = [word(at) & 0xffff, at + (word(at) >>> 16)];
    if (end === at || end > bytes.length / 4) throw new Error("a SPIR-V module that ends within an instruction");
    if (opcode === op.memoryModel) Object.assign(found, { addressing: word(at + 1), memory: word(at + 2) });
    if (opcode === op.entryPoint && word(at + 1) === kernel) kernels.push(textAt(at + 3, end));
    if (opcode === op.decorate && word(at + 2) === linkageAttributes)
      linked[word(end - 1)]?.push(textAt(at + 3, end - 1));
    at = end;
  }
  return {
    endian: little ? "little" : "big",
    version: `${(word(1) >> 16) & 0xff}.${(word(1) >> 8) & 0xff}`,
    addressing: found.addressing === physical64 ? "Physical64" : "other",
    memory: found.memory === openCl ? "OpenCL" : "other",
    kernels: kernels.sort(),
    exports: linked[linkage.export]!.sort(),
    imports: linked[linkage.import]!.sort(),
  };
}
