// Nothing in → a Connect server with a streaming method, and its client, out: messages of Protocol Buffers, binary.
import { createServer } from 'node:http'
import { create, createFileRegistry, type DescService } from '@bufbuild/protobuf'
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Type as Kind,
  FieldDescriptorProto_Label as Label,
} from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { connectNodeAdapter, createConnectTransport } from '@connectrpc/connect-node'
import { addressOf } from '../../harness/address.ts'
import { iteratorDriver } from '../drive.ts'
import { itemsOf, type StreamWork } from '../items.ts'

const field = (name: string, number: number, type: Kind) => ({
  name,
  jsonName: name,
  number,
  type,
  label: Label.OPTIONAL,
})

/** What `buf generate` would make of a .proto file. */
const file = create(FileDescriptorProtoSchema, {
  name: 'items.proto',
  package: 'bench',
  syntax: 'proto3',
  messageType: [
    { name: 'Work', field: [field('kind', 1, Kind.STRING), field('count', 2, Kind.INT32)] },
    {
      name: 'Item',
      field: [
        field('id', 1, Kind.INT32),
        field('name', 2, Kind.STRING),
        field('email', 3, Kind.STRING),
        field('active', 4, Kind.BOOL),
        field('text', 5, Kind.STRING),
        field('sentAt', 6, Kind.DOUBLE),
      ],
    },
  ],
  service: [
    {
      name: 'Items',
      method: [
        { name: 'Stream', inputType: '.bench.Work', outputType: '.bench.Item', serverStreaming: true },
      ],
    },
  ],
})
const registry = createFileRegistry(file, () => undefined)
const service = registry.getService('bench.Items')!
const itemSchema = registry.getMessage('bench.Item')!

export function start(): Promise<string> {
  const handler = connectNodeAdapter({
    routes: router =>
      router.service(
        service as DescService,
        {
          async *stream(work: unknown) {
            for await (const item of itemsOf(work as StreamWork)) yield create(itemSchema, item as never)
          },
          // Types of handlers come from generated code, which there is none of.
        } as never,
      ),
  })
  return addressOf(createServer(handler))
}

export const drive = iteratorDriver((url, work) => {
  const transport = createConnectTransport({ baseUrl: url, httpVersion: '1.1', useBinaryFormat: true })
  const client = createClient(service, transport) as unknown as Record<
    'stream',
    (work: StreamWork) => AsyncIterable<unknown>
  >
  return client.stream(work)
})
