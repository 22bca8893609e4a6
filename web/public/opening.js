// Before the first paint: the look and the language of the page, the frame it opens in, and what it needs first.
(() => {
  const root = document.documentElement

  const look = kept('zwt.theme')
  if (look === 'light' || look === 'dark') root.dataset.theme = look

  const language = kept('zwt.locale') ?? navigator.languages.find((each) => /^(zh|en)/i.test(each)) ?? ''
  root.lang = /^en/i.test(language) ? 'en' : 'zh-CN'

  const [, frame] = [
    [/^\/$/, 'portal'],
    [/^\/chat(\/[^/]+|\/talk\/\d+)?$/, 'chat'],
    [/^\/desk(\/\d+)?$/, 'desk'],
    [/^\/(me|affairs)\b/, 'work'],
    [/^/, 'plain'],
  ].find(([path]) => path.test(location.pathname))
  root.dataset.opening = frame
  if (/^\/(chat|desk)\/./.test(location.pathname)) root.dataset.talk = ''

  // Named by the build: files and answers that the page would ask for only after its scripts have run.
  const first = JSON.parse(document.currentScript.dataset.first ?? '{}')[frame]
  for (const file of first?.scripts ?? []) ask({ rel: 'modulepreload', href: file })
  for (const file of first?.[root.lang] ?? []) ask({ rel: 'modulepreload', href: file })
  for (const file of first?.styles ?? []) ask({ rel: 'preload', as: 'style', href: file })
  for (const path of first?.answers ?? []) ask({ rel: 'preload', as: 'fetch', href: path })

  function ask(what) {
    document.head.append(Object.assign(document.createElement('link'), { crossOrigin: '' }, what))
  }

  /** What was chosen on this device; the browser may refuse to say. */
  function kept(name) {
    try {
      return localStorage.getItem(name)
    } catch {
      return null
    }
  }
})()
