// Script a citizen fetches before the first page stands: the entry, what it imports, and the page's own part. Gzip bytes, limit 150 KB.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 150 * 1024
const manifest = JSON.parse(readFileSync('dist/manifest.json', 'utf8'))
const entry = Object.keys(manifest).find((key) => key.endsWith('index.html'))

function parts(key, found = new Set()) {
  if (found.has(key)) return found
  found.add(key)
  for (const next of manifest[key].imports ?? []) parts(next, found)
  return found
}

function bytes(keys) {
  return [...new Set([...keys].map((key) => manifest[key].file))].filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length, 0)
}

const firstPages = Object.keys(manifest).filter((key) => /features\/(portal|account|chat)\/\w+Page\.vue$/.test(key))
const rows = [['entry', bytes(parts(entry))], ...firstPages.map((key) => [key.split('/').pop(), bytes(parts(key, parts(entry)))])]
for (const [name, size] of rows) console.log(`${(size / 1024).toFixed(1).padStart(7)} KB  ${name}`)

if (rows.some(([, size]) => size > limit)) {
  console.error(`over the limit of ${limit / 1024} KB`)
  process.exit(1)
}
