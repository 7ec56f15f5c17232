// What an emitted client loads when a call first asks for MessagePack.
export { answer, createFraming, head, pack } from './client/packing.ts'
