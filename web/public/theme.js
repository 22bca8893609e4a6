// Before the first paint: the look the reader chose last. Without a choice the style sheet follows the system.
(() => {
  try {
    const chosen = localStorage.getItem('zwt.theme')
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
    const language = localStorage.getItem('zwt.locale')
    if (language === 'en') document.documentElement.lang = 'en'
  } catch {
    // Storage may be forbidden; the system decides then.
  }
})()
