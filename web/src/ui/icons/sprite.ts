import source from './sprite.svg?raw'

/** Puts the drawings into the page once, so that every `Icon` can refer to them. */
export function mountSprite(doc: Document = document): void {
  if (doc.getElementById('icon-sprite')) return
  const sprite = doc.importNode(new DOMParser().parseFromString(source, 'image/svg+xml').documentElement, true)
  sprite.id = 'icon-sprite'
  sprite.setAttribute('aria-hidden', 'true')
  sprite.setAttribute('width', '0')
  sprite.setAttribute('height', '0')
  sprite.setAttribute('focusable', 'false')
  doc.body.prepend(sprite)
}
