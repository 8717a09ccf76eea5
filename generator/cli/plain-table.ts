import Table from "cli-table3";

/** A table that lines of text stand for. */
export interface PlainTable {
  push(cells: string[]): void;
  /** Lines without borders and without spaces at their ends, each ended by a line feed. */
  print(): string;
}

/** @param head Titles of the columns; a line feed begins a further line of a cell. */
export function plainTable(head: string[]): PlainTable {
  const table = new Table({ head, style: { head: [], border: [], compact: true }, chars: plainBorders });
  return {
    push: (cells) => table.push(cells),
    print: () =>
      `${table
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n")}\n`,
  };
}

/** Columns parted by two spaces: what can be cut, sorted and searched. */
const plainBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ",
};
