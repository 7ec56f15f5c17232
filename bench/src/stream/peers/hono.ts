// Nothing in → a Hono server that streams lines and events, and loops that read them, out.

import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { stream, streamSSE } from 'hono/streaming'
import { addressOf } from '../../harness/address.ts'
import { driverOf, readLines, urlOf, workOf } from '../drive.ts'
import { itemsOf } from '../items.ts'

export function start(): Promise<string> {
  const app = new Hono()
  app.get('/lines', context =>
    stream(context, async out => {
      for await (const item of itemsOf(workOf(context.req.url))) await out.write(`${JSON.stringify(item)}\n`)
    }),
  )
  app.get('/events', context =>
    streamSSE(context, async out => {
      for await (const item of itemsOf(workOf(context.req.url)))
        await out.writeSSE({ data: JSON.stringify(item) })
    }),
  )
  return addressOf(createAdaptorServer(app) as Server)
}

export const drive = driverOf((url, work, onItem) =>
  readLines(urlOf(`${url}/lines`, work), line => onItem(JSON.parse(line))),
)

export const driveEvents = driverOf((url, work, onItem) =>
  readLines(urlOf(`${url}/events`, work), line => {
    if (line.startsWith('data: ')) onItem(JSON.parse(line.slice('data: '.length)))
  }),
)
