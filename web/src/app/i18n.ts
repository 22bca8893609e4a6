import { createI18n } from 'vue-i18n'
import common from '@/locales/zh-CN/common.json'

export const locales = ['zh-CN', 'en'] as const
export type Locale = (typeof locales)[number]

/** The files of words, one per feature; `common` is always there. What the page itself says before it is open is in `opening`. */
export type Feature = 'common' | 'auth' | 'portal' | 'chat' | 'desk' | 'affairs'

interface Words { [key: string]: string | Words }

const files = import.meta.glob<{ default: Words }>(['../locales/*/*.json', '!../locales/zh-CN/common.json', '!../locales/*/opening.json'])
const loaded = new Set<string>(['zh-CN/common'])
const wanted = new Set<Feature>(['common'])
const storageKey = 'zwt.locale'

export const i18n = createI18n<[Words], Locale, false>({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  missingWarn: import.meta.env.DEV,
  fallbackWarn: import.meta.env.DEV,
  messages: { 'zh-CN': common, en: {} },
})

/** Fetches the words of these features in the present language; what is there already is not fetched again. */
export async function loadWords(features: readonly Feature[]): Promise<void> {
  for (const feature of features) wanted.add(feature)
  await Promise.all(features.map((feature) => loadFile(i18n.global.locale.value, feature)))
}

async function loadFile(locale: Locale, feature: Feature): Promise<void> {
  const name = `${locale}/${feature}`
  if (loaded.has(name)) return
  const load = files[`../locales/${name}.json`]
  if (!load) return
  i18n.global.mergeLocaleMessage(locale, (await load()).default)
  loaded.add(name)
}

/** Changes the language of the whole page and remembers it on this device. */
export async function speak(locale: Locale): Promise<void> {
  await Promise.all([...wanted].map((feature) => loadFile(locale, feature)))
  i18n.global.locale.value = locale
  document.documentElement.lang = locale
  localStorage.setItem(storageKey, locale)
}

/** Begins in the language that `public/opening.js` found for the page, before its words are there. */
export function speakLikePage(): void {
  i18n.global.locale.value = document.documentElement.lang === 'en' ? 'en' : 'zh-CN'
}
