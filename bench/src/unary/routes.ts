// An order in → its receipt out, as a route.
import { route } from '@alien-rpc/service'
import { type Order, place, type Receipt } from './order.ts'

export const unaryPlace = route.post('/place', (order: Order): Receipt => place(order))
