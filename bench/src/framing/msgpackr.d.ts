// What is used of msgpackr: types are checked where the peers are not installed, too.
declare module 'msgpackr' {
  export class Packr {
    constructor(options: { useRecords?: boolean; variableMapSize?: boolean; structures?: object[] })
    encode(value: unknown): Uint8Array
    unpackMultiple(bytes: Uint8Array): unknown[]
  }
}
