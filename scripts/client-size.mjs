// Nothing in → the sizes of the bundles of small clients, as a Markdown table, out.
import { tsImport } from 'tsx/esm/api'

const { clientSizes } = await tsImport('../tests/support/client-sizes.ts', import.meta.url)

console.log('| client | minified | gzip | brotli |\n|---|---:|---:|---:|')
for (const { client, minified, gzip, brotli } of await clientSizes()) {
  console.log(`| ${client} | ${minified} | ${gzip} | ${brotli} |`)
}
