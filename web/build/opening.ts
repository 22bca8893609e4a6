import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

type Words = { [key: string]: string | Words }
type Bundle = Rolldown.OutputBundle

const LANGUAGES = ['zh-CN', 'en'] as const

/** What each frame of `public/opening.js` shows first: its page, its words, and the answers it asks for. */
const FIRST = {
  portal: { page: 'portal/PortalPage.vue', words: ['portal'], answers: ['/api/me', '/api/duty/board', '/api/offices'] },
  chat: { page: 'chat/ChatPage.vue', words: ['chat'], answers: ['/api/me', '/api/duty/board', '/api/offices'] },
  desk: { page: 'desk/DeskPage.vue', words: ['desk', 'chat'], answers: ['/api/me'] },
}

const source = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url))

/**
 * The page as it is before any script has run. `{{ portal.login }}` stands for these words in both languages,
 * `{{ mark }}` for the drawing; and `opening.js` is told by `data-first` what to ask for at once.
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
      handler(html, { bundle }) {
        const spoken = html.replace('{{ mark }}', mark).replace(/\{\{ ([\w.]+)(?: n=(\d+))? \}\}/g, (_, key, n) => words(key, n))
        if (!bundle) return spoken
        const first = JSON.stringify(firstParts(bundle, base)).replaceAll("'", '&#39;')
        return spoken.replace('opening.js"', `opening.js" data-first='${first}'`)
      },
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
function firstParts(bundle: Bundle, base: string): Record<string, Record<string, string[]>> {
  const inPage = partsOf(bundle, 'index.html')
  const more = (path: string) => partsOf(bundle, path).filter((part) => !inPage.includes(part)).map((part) => base + part)
  return Object.fromEntries(
    Object.entries(FIRST).map(([frame, { page, words, answers }]) => {
      const parts = more(`features/${page}`)
      const spoken = LANGUAGES.map((language) => [language, words.concat(language === 'en' ? ['common'] : []).flatMap((file) => more(`locales/${language}/${file}.json`))])
      return [frame, { scripts: parts.filter((part) => part.endsWith('.js')), styles: parts.filter((part) => part.endsWith('.css')), answers, ...Object.fromEntries(spoken) }]
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
