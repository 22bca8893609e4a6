// Writes src/contract/frames.ts from ../contract/frames.json, the schema of the socket's frames.
//   node scripts/contract.mjs           write
//   node scripts/contract.mjs --check   fail when what is written is not up to date
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const place = (path) => fileURLToPath(new URL(path, import.meta.url))
const source = place('../../contract/frames.json')
const target = place('../src/contract/frames.ts')

const schema = JSON.parse(readFileSync(source, 'utf8'))
const text = [
  '/** The frames of the socket, as types. Written by `npm run contract` from contract/frames.json. */',
  ...Object.entries(schema.$defs).map(([name, shape]) => interfaceOf(name, shape)),
  `export type ClientFrame = ${typeOf(schema.from_client)}`,
  `export type ServerFrame = ${typeOf(schema.from_server)}`,
].join('\n\n').concat('\n')

if (!process.argv.includes('--check')) {
  writeFileSync(target, text)
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('src/contract/frames.ts is not what contract/frames.json says: npm run contract')
  process.exit(1)
}

function interfaceOf(name, shape) {
  const required = new Set(shape.required)
  const lines = Object.entries(shape.properties ?? {}).map(([key, value]) => `  ${key}${required.has(key) ? '' : '?'}: ${typeOf(value)}`)
  return `${comment(shape.description)}export interface ${name} {\n${lines.join('\n')}\n}`
}

function typeOf(shape) {
  if (shape.$ref) return shape.$ref.split('/').at(-1)
  if (shape.anyOf) return shape.anyOf.map(typeOf).join(' | ')
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ')
  if (shape.type === 'array') return `${bracketed(typeOf(shape.items ?? {}))}[]`
  if (shape.type === 'object') return `Record<string, ${shape.additionalProperties ? typeOf(shape.additionalProperties) : 'unknown'}>`
  return { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' }[shape.type] ?? 'unknown'
}

function bracketed(type) {
  return type.includes(' ') ? `(${type})` : type
}

function comment(words) {
  return words ? `/** ${words.replaceAll(/\s+/g, ' ')} */\n` : ''
}
