/** The picture of a pass as the service draws it, apart from the styles of the page. */
export interface CardView {
  show(html: string): void
}

/** Creates the view in an element; what the element shows at first is replaced by the first picture. */
export function createCardView(host: HTMLElement): CardView {
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  const own = new CSSStyleSheet()
  own.replaceSync(':host { display: block } .pass-details { margin: 1rem auto 0 }')
  root.adoptedStyleSheets = [sheet, own]
  root.append(document.createElement('slot'))
  return {
    show(html) {
      // A style element would be one of the page, which takes only its own files.
      const [, css = '', markup = ''] = /^<style>([^<]*)<\/style>(.*)$/s.exec(html) ?? []
      sheet.replaceSync(css)
      root.innerHTML = markup
      host.replaceChildren()
    },
  }
}
