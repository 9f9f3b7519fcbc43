import { isObject } from '@passwright/shared'
import { button, element } from '../../../browser/dom.ts'
import { shrinkPicture } from './shrink-picture.ts'
import { type Place, setValue } from './widgets.ts'

/** A picture from this device, which becomes a data URI, or an address. */
export function buildImage(place: Place): HTMLElement {
  const container = element('div', { class: 'image' })
  const show = () => container.replaceChildren(...buildParts(place, show))
  show()
  return container
}

function buildParts(place: Place, show: () => void): HTMLElement[] {
  const { id, values, field, words, label } = place
  const value = String(values[field.key] ?? '')
  if (value.startsWith('data:')) {
    const remove = button(words.remove, () => {
      setValue(place, '')
      show()
      document.getElementById(`${id}-file`)?.focus()
    })
    remove.id = id
    const kilobytes = Math.ceil((value.length * 3) / 4 / 1024)
    const thumb = element('img', { src: value, alt: '', class: 'thumb' })
    return [element('div', { class: 'row' }, thumb, `${words.uploaded}, ${kilobytes} KB`, remove)]
  }
  const file = element('input', {
    type: 'file',
    id: `${id}-file`,
    accept: 'image/png,image/jpeg,image/webp',
    'aria-label': `${label}: ${words.upload}`,
  })
  const note = element('p', { class: 'help' }, value === '' ? '' : words.notFetched)
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? []
    if (!chosen) return
    const picture = await shrinkPicture(chosen).catch(() => undefined)
    if (picture === undefined) {
      note.textContent = `${chosen.name} ${words.notPicture}`
      return
    }
    setValue(place, picture)
    show()
    document.getElementById(id)?.focus()
  })
  const address = element('input', {
    type: 'text',
    id,
    inputmode: 'url',
    autocomplete: 'off',
    placeholder: isObject(field.sample) ? '' : String(field.sample),
    'aria-label': `${label}: ${words.orAddress}`,
  })
  address.value = value
  address.addEventListener('input', () => {
    setValue(place, address.value)
    note.textContent = address.value === '' ? '' : words.notFetched
  })
  return [file, address, note]
}
