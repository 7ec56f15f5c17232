// What is used of cbor-x: types are checked where the peers are not installed, too.
declare module 'cbor-x' {
  export class Encoder {
    constructor(options: { useRecords?: boolean; variableMapSize?: boolean; structures?: object[] })
    encode(value: unknown): Uint8Array
    decodeMultiple(bytes: Uint8Array): unknown[]
  }
}
