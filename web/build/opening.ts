import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

type Words = { [key: string]: string | Words }
type Bundle = Rolldown.OutputBundle

const LANGUAGES = ['zh-CN', 'en'] as const

/** What each frame of `public/opening.js` needs first: its page, the files of its words, and the answers it asks for. */
const FIRST = {
  portal: { page: 'portal/PortalPage', words: ['portal'], answers: ['/api/me', '/api/duty/board', '/api/offices'] },
  chat: { page: 'chat/ChatPage', words: ['chat'], answers: ['/api/me', '/api/duty/board', '/api/offices'] },
  desk: { page: 'desk/DeskPage', words: ['desk', 'chat'], answers: ['/api/me'] },
}

/** The same as files and addresses: what `opening.js` reads. */
interface First {
  scripts: string[]
  styles: string[]
  'zh-CN': string[]
  en: string[]
  answers: string[]
}

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/**
 * The page as it is before any script has run. `{{ portal.login }}` stands for these words in both languages,
 * `{{ mark }}` for the drawing, `{{ first }}` for what `opening.js` asks for at once: nothing while the client is developed.
 */
export function opening(): Plugin {
  let base = '/'
  return {
    name: 'opening',
    configResolved(config) {
      base = config.base
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) =>
        html
          .replace('{{ first }}', () => JSON.stringify(bundle ? firstOf(bundle, base) : {}))
          .replace('{{ mark }}', mark)
          .replace(/\{\{ ([\w.]+)(?: n=(\d+))? \}\}/g, (_, key, n) => words(key, n)),
    },
  }
}

function mark(): string {
  const [symbol] = readFileSync(source('ui/icons/sprite.svg'), 'utf8').match(/<symbol id="i-mark".*<\/symbol>/) ?? []
  if (!symbol) throw new Error('sprite.svg has no mark')
  return symbol.replace('i-mark', 'opening-mark')
}

/** The words with this key, in a span for each language; the style sheet shows one of them. */
function words(key: string, n?: string): string {
  return LANGUAGES.map((language) => `<span lang="${language}">${wordsIn(language, key).replace('{n}', n ?? '')}</span>`).join('')
}

/** No key has two meanings in two files. */
function wordsIn(language: string, key: string): string {
  for (const file of readdirSync(source(`locales/${language}`))) {
    let found: Words | string | undefined = JSON.parse(readFileSync(source(`locales/${language}/${file}`), 'utf8')) as Words
    for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined
    if (typeof found === 'string') return found
  }
  throw new Error(`no words ${key} in ${language}`)
}

/** For each frame the files that are not in the page itself already. */
function firstOf(bundle: Bundle, base: string): Record<string, First> {
  const there = partsOf(bundle, 'index.html')
  const more = (path: string) => partsOf(bundle, path).filter((part) => !there.includes(part)).map((part) => base + part)
  const spoken = (language: string, files: string[]) => files.flatMap((file) => more(`locales/${language}/${file}.json`))
  return Object.fromEntries(
    Object.entries(FIRST).map(([frame, { page, words, answers }]) => {
      const parts = more(`features/${page}.vue`)
      const [scripts, styles] = ['.js', '.css'].map((end) => parts.filter((part) => part.endsWith(end))) as [string[], string[]]
      return [frame, { scripts, styles, 'zh-CN': spoken('zh-CN', words), en: spoken('en', [...words, 'common']), answers }]
    }),
  )
}

/** A module's own chunk, what it imports, and their style sheets. */
function partsOf(bundle: Bundle, path: string): string[] {
  const chunks = Object.values(bundle).filter((part) => part.type === 'chunk')
  const start = chunks.find((chunk) => chunk.facadeModuleId?.endsWith(path))
  if (!start) throw new Error(`${path} was not built`)
  const found = new Set([start])
  for (const chunk of found) for (const next of chunk.imports) found.add(chunks.find((one) => one.fileName === next)!)
  const styles = [...found].flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])])
  return [...new Set([...[...found].map((chunk) => chunk.fileName), ...styles])]
}
