// Nothing in → the address of a Connect server out: messages of Protocol Buffers, here as JSON.
import { createServer } from 'node:http'
import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf'
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Type as Kind,
  FieldDescriptorProto_Label as Label,
} from '@bufbuild/protobuf/wkt'
import { connectNodeAdapter } from '@connectrpc/connect-node'
import { addressOf } from '../../harness/address.ts'
import { type Order, place } from '../order.ts'

const field = (name: string, number: number, type: Kind, label = Label.OPTIONAL) => ({
  name,
  jsonName: name,
  number,
  type,
  label,
})
const message = (name: string, number: number, typeName: string, label = Label.OPTIONAL) => ({
  ...field(name, number, Kind.MESSAGE, label),
  typeName,
})

/** What `buf generate` would make of a .proto file. */
const file = create(FileDescriptorProtoSchema, {
  name: 'orders.proto',
  package: 'bench',
  syntax: 'proto3',
  messageType: [
    {
      name: 'Customer',
      field: [field('id', 1, Kind.INT32), field('name', 2, Kind.STRING), field('email', 3, Kind.STRING)],
    },
    {
      name: 'Line',
      field: [
        field('sku', 1, Kind.STRING),
        field('quantity', 2, Kind.DOUBLE),
        field('price', 3, Kind.DOUBLE),
      ],
    },
    {
      name: 'Order',
      field: [
        message('customer', 1, '.bench.Customer'),
        message('lines', 2, '.bench.Line', Label.REPEATED),
        field('express', 3, Kind.BOOL),
        field('note', 4, Kind.STRING),
      ],
    },
    {
      name: 'Receipt',
      field: [
        field('customer', 1, Kind.STRING),
        field('express', 2, Kind.BOOL),
        message('lines', 3, '.bench.Line', Label.REPEATED),
        field('total', 4, Kind.DOUBLE),
      ],
    },
  ],
  service: [
    {
      name: 'Orders',
      method: [{ name: 'Place', inputType: '.bench.Order', outputType: '.bench.Receipt' }],
    },
  ],
})

export async function start(): Promise<string> {
  const registry = createFileRegistry(file, () => undefined)
  const service = registry.getService('bench.Orders')!
  const receipt: DescMessage = registry.getMessage('bench.Receipt')!
  const handler = connectNodeAdapter({
    routes: router =>
      router.service(service, {
        place: (order: unknown) => create(receipt, place(order as Order) as never),
      } as never),
  })
  return `${await addressOf(createServer(handler))}/bench.Orders/Place`
}
