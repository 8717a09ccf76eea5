declare module "unbzip2-stream" {
  /** A transform stream from bzip2 data to what was compressed. */
  export default function unbzip2Stream(): NodeJS.ReadWriteStream;
}
