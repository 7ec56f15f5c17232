// What to measure, as the first process argument, in → its results out.

import { runEditor } from './editor/run.ts'
import { runFraming } from './framing/run.ts'
import { runSize } from './size/run.ts'
import { runTypes } from './types/run.ts'

const [suite = 'stream', ...args] = process.argv.slice(2)
switch (suite) {
  case 'stream':
    await import('./stream/stream.ts')
    break
  case 'validation':
  case 'serialisation':
    await runTypes(suite, args)
    break
  case 'framing':
    await runFraming(args)
    break
  case 'size':
    runSize()
    break
  case 'editor':
    await runEditor()
    break
  default:
    throw new Error(`There is no benchmark "${suite}": stream, validation, serialisation, framing or size`)
}
