// socket.io: all three calls are events over its connection.
import type { ClientSystem } from '../system.ts'

export const socketIo: ClientSystem = {
  name: 'socket.io',
  packages: ['socket.io-client'],
  programs: {
    socket: `import { io } from 'socket.io-client'
      const socket = io('https://api.example')
      export const run = async (show: (it: unknown) => void) => {
        show([await socket.emitWithAck('getUser', 1), await socket.emitWithAck('createUser', 'Ada')])
        socket.on('message', show)
        socket.emit('join', 'a')
      }`,
  },
}
