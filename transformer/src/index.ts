// What ts-patch loads: `{ "transform": "@alien-rpc/transformer", "transformProgram": true }`.
export { transformProgram as default } from './hosts/ts-patch.ts'
