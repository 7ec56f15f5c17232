// What an emitted client loads when a call first asks for MessagePack.
export { createPacking } from './client/packing.ts'
