import { element } from '../../../browser/dom.ts'

export interface Tab {
  id: string
  title: string
  panel: HTMLElement
}

/** Shows one panel at a time; arrow keys move between the tabs (https://www.w3.org/WAI/ARIA/apg/patterns/tabs/). */
export function buildTabs(label: string, tabs: readonly Tab[]): HTMLElement {
  const buttons = tabs.map(({ id, title, panel }) => {
    panel.id = `panel-${id}`
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', `tab-${id}`)
    return element(
      'button',
      { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': panel.id },
      title,
    )
  })
  const select = (selected: number) => {
    for (const [index, button] of buttons.entries()) {
      const isSelected = index === selected
      button.setAttribute('aria-selected', String(isSelected))
      button.tabIndex = isSelected ? 0 : -1
      const panel = tabs[index]?.panel
      if (panel) panel.hidden = !isSelected
    }
  }
  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => select(index))
    button.addEventListener('keydown', (event) => {
      const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key]
      if (target === undefined) return
      event.preventDefault()
      const next = (target + buttons.length) % buttons.length
      select(next)
      buttons[next]?.focus()
    })
  }
  select(0)
  return element(
    'div',
    { class: 'tabs' },
    element('div', { role: 'tablist', 'aria-label': label }, ...buttons),
    ...tabs.map(({ panel }) => panel),
  )
}
