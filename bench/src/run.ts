// What to measure, as the first process argument, in → its results out. None: everything, one part after another.
import { type PartName, parts } from './parts.ts'

const [name, ...args] = process.argv.slice(2)
if (name === undefined || name.startsWith('-')) {
  const all = Object.keys(parts) as PartName[]
  const options = process.argv.slice(2)
  for (const [index, part] of all.entries()) {
    process.stderr.write(`== ${part} (${index + 1} of ${all.length}): ${parts[part].about}\n`)
    await parts[part].run(options)
  }
} else if (Object.hasOwn(parts, name)) {
  await parts[name as PartName].run(args)
} else {
  const list = Object.entries(parts).map(([part, { about }]) => `  ${part.padEnd(16)}${about}`)
  process.stderr.write(`There is no benchmark "${name}". There are:\n${list.join('\n')}\n`)
  process.exitCode = 1
}
