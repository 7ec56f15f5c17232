// A count in → that many rows out, as a database's driver would give them.
export interface Row {
  id: number
  name: string
  email: string
  active: boolean
}

export function* rows(count: number): Generator<Row> {
  for (let id = 0; id < count; id++)
    yield { id, name: `user ${id}`, email: `user${id}@example.com`, active: id % 3 === 0 }
}
